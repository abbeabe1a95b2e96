// What is asked at the gate of a step and what people decide, folded into its state. What comes too late changes nothing.
import { defined } from '../../support/index.ts';
import type { Sha, StepPath } from '../../support/index.ts';
import { writable } from './draft.ts';
import type { Draft, StepDraft } from './draft.ts';
import { isStepOver } from '../model/statuses.ts';
import type { By } from '../model/types.ts';

/** What is asked. */
interface Asked {
  readonly step?: StepPath;
  readonly at: number;
  readonly data: {
    readonly message: string;
    readonly sha?: Sha;
    readonly inputHash: string;
    readonly by: readonly string[];
    readonly expires: number | null;
  };
}

/** What was decided. */
interface Decided {
  readonly step?: StepPath;
  readonly at: number;
  readonly data: { readonly approved: boolean; readonly by: By; readonly sha?: Sha };
}

/** Remembers what was asked at the gate of a step. Asked again, an earlier decision is void. */
export function foldRequest(draft: Draft, event: Asked): void {
  const step = event.step === undefined ? undefined : writable(draft, event.step);
  // One that executes asks for itself: kept for the audit trail.
  if (step === undefined || isStepOver(step.status) || step.status === 'running') return;
  const asked = (step.approval?.asked ?? 0) + 1;
  step.approval = { ...event.data, asked, askedAt: event.at, isOpen: true };
}

/** The first decision on what is asked now counts; true when a gate took it. */
export function foldDecision(draft: Draft, event: Decided): boolean {
  const paths = event.step === undefined ? [...draft.steps.keys()] : [event.step];
  let taken = false;
  for (const path of paths) {
    if (draft.steps.get(path)?.approval?.isOpen !== true) continue;
    taken = true;
    const step = writable(draft, path);
    const asked = step?.approval;
    if (step === undefined || asked === undefined || asked.decided !== undefined || !isAbout(draft, asked, event))
      continue;
    const { sha } = event.data;
    step.approval = { ...asked, ...defined({ sha }), decided: { ...event.data, at: event.at } };
    step.woken = true;
  }
  return taken;
}

/** After a second request a decision says which commit it means; a no without one is still a no. */
function isAbout({ run }: Draft, asked: NonNullable<StepDraft['approval']>, { data }: Decided): boolean {
  if (asked.sha === undefined || data.sha === asked.sha) return true;
  // the person named a newer head, and the run took it over
  if (data.sha !== undefined && data.sha === run.facts.headSha) return true;
  return data.sha === undefined && (asked.asked === 1 || !data.approved);
}

/** Called for a person: once per run, and from then on the gate waits as long as it takes. */
export function foldEscalation(
  draft: Draft,
  event: { readonly step?: StepPath; readonly data: { readonly reason: string } },
): void {
  draft.run.escalated ??= event.data.reason;
  const step = event.step === undefined ? undefined : writable(draft, event.step);
  if (step?.approval?.isOpen !== true) return;
  step.approval = { ...step.approval, expires: null };
  if (step.waitingFor !== undefined) step.waitingFor = { ...step.waitingFor, until: null };
}
