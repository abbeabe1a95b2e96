// What people decide while a run lives, folded into its state: approvals, controls, escalation. What comes too late changes nothing.
import type { Json, StepPath } from '../support/index.ts';
import { budgetOf, refuseControl, startedOver } from './control.ts';
import { writable } from './draft.ts';
import type { Draft, StepDraft } from './draft.ts';
import { pathOf, planOf } from './plan.ts';
import type { RunState } from './state.ts';
import { isStepOver } from './statuses.ts';
import type { RunEvent } from './types.ts';

type Of<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/** Remembers what was asked at the gate of a step. Asked again, an earlier decision is void. */
export function foldRequest(draft: Draft, event: Of<'approval.requested'>): void {
  const step = event.step === undefined ? undefined : writable(draft, event.step);
  // One that executes asks for itself: kept for the audit trail.
  if (step === undefined || isStepOver(step.status) || step.status === 'running') return;
  const asked = (step.approval?.asked ?? 0) + 1;
  step.approval = { ...event.data, asked, askedAt: event.at, isOpen: true };
}

/** The first decision on what is asked now counts; true when a gate took it. */
export function foldDecision(draft: Draft, event: Of<'approval.decided'>): boolean {
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
    step.approval = { ...asked, ...(sha === undefined ? {} : { sha }), decided: { ...event.data, at: event.at } };
    step.woken = true;
  }
  return taken;
}

/** After a second request a decision says which commit it means; a no without one is still a no. */
function isAbout({ run }: Draft, asked: NonNullable<StepDraft['approval']>, { data }: Of<'approval.decided'>): boolean {
  if (asked.sha === undefined || data.sha === asked.sha) return true;
  // the person named a newer head, and the run took it over
  if (data.sha !== undefined && data.sha === run.facts.headSha) return true;
  return data.sha === undefined && (asked.asked === 1 || !data.approved);
}

/** Called for a person: once per run, and from then on the gate waits as long as it takes. */
export function foldEscalation(draft: Draft, event: Of<'escalated'>): void {
  draft.run.escalated ??= event.data.reason;
  const step = event.step === undefined ? undefined : writable(draft, event.step);
  if (step?.approval?.isOpen !== true) return;
  step.approval = { ...step.approval, expires: null };
  if (step.waitingFor !== undefined) step.waitingFor = { ...step.waitingFor, until: null };
}

/** What a person asks of the run. What may not be asked for is left out. */
export function foldControl(draft: Draft, event: Of<'control.requested'>): void {
  const { run } = draft;
  const { data } = event;
  const state: RunState = { ...run, steps: draft.steps, stateKeys: draft.stateKeys };
  if (refuseControl(state, data) !== undefined) return;
  switch (data.verb) {
    case 'stop':
      run.stopRequested = data.by;
      return;
    case 'budget': {
      const usd = budgetOf(data.value);
      if (usd === undefined) return;
      run.budgetUsd = usd;
      if (run.budgetExceeded?.which === 'cost_usd' && usd > Number(run.usage.costUsd)) delete run.budgetExceeded;
      return;
    }
    case 'skip': {
      const step = writable(draft, pathOf(data.step ?? ''));
      if (step !== undefined) step.skipRequested = data.by;
      return;
    }
    case 'retry':
    case 'rerun':
      for (const path of startedOver(state, data)) startOver(draft, path);
      delete run.budgetExceeded;
      if (data.by.from !== 'troupe') delete run.stopRequested;
      rememberRework(draft, event);
      return;
  }
}

/** A gate sent work back: the step is told why, and the gate remembers what it said. */
function rememberRework(draft: Draft, { step: gatePath, data }: Of<'control.requested'>): void {
  const { reason } = data.by;
  if (reason === undefined || data.step === undefined) return;
  const target = writable(draft, pathOf(data.step));
  if (target !== undefined) target.error ??= { class: 'failed', code: 'engine/rework', message: reason };
  const gate = gatePath === undefined ? undefined : writable(draft, gatePath);
  if (gate !== undefined) gate.reworkReason = reason;
}

/** Back to pending. Attempts and costs go on counting; effects that were done are looked up before they are repeated. */
function startOver(draft: Draft, path: StepPath): void {
  const before = draft.steps.get(path);
  if (before === undefined || (before.status === 'pending' && before.skipRequested === undefined)) return;
  const { list, parent, attempts, usage, error, reworkReason } = before;
  const effects = Object.fromEntries(Object.keys(before.effects).map((key) => [key, { done: false }]));
  const fresh: StepDraft = {
    path,
    list,
    status: 'pending',
    attempts,
    effects,
    ...(parent === undefined ? {} : { parent }),
    ...(usage === undefined ? {} : { usage }),
    ...(error === undefined ? {} : { error }),
    ...(reworkReason === undefined ? {} : { reworkReason }),
  };
  draft.owned.set(path, fresh);
  draft.steps.set(path, fresh);
  draft.stateKeys = withoutKeys(draft, path);
}

function withoutKeys(draft: Draft, path: StepPath): Readonly<Record<string, Json>> {
  const declared = Object.keys(planOf(draft.run.spec.workflow).get(path)?.step.outputs ?? {});
  const names = [`${path}_result`, `${path}_status`, ...declared];
  const gone = new Set([...names, ...names.map((name) => name.replaceAll('-', '_'))]);
  return Object.fromEntries(Object.entries(draft.stateKeys).filter(([name]) => !gone.has(name)));
}
