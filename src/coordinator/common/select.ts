// Chooses the workflow for an event: highest priority, then the more specific trigger; a real tie chooses none. Decides only.
import { isOnSchedule, matchTrigger } from '../../definition/index.ts';
import { defined } from '../../support/index.ts';
import type { Scope } from '../../definition/index.ts';
import { reasons } from './messages.ts';
import type { Candidate, RepositoryFile, Why } from './types.ts';

/** What happened, as far as triggers see it. `scope` is what their conditions may read. */
export interface Occasion {
  /** `issues.labeled`; `command` for `/troupe run` without a name. */
  readonly name: string;
  readonly label?: string;
  readonly assignee?: string;
  /** The cron expression of a schedule. */
  readonly schedule?: string;
  /** Labels that are on the task now; a command matches by them. */
  readonly labels: readonly string[];
  readonly scope: Scope;
}

/** The choice, with a reason for each workflow. */
export type Selection = { readonly why: readonly Why[] } & (
  | { readonly kind: 'chosen'; readonly candidate: Candidate }
  | { readonly kind: 'unknown'; readonly id: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'tie'; readonly candidates: readonly Candidate[] }
);

/** Holds everything on its issue or pull request. */
export const pausedLabel = 'troupe:paused';

/** Labels of Troupe's own that mark a state and start nothing (decision 14). */
const reserved = new Set(['paused', 'needs-human', 'exhausted', 'lint']);

/** The part after `troupe:` of a command label, lower case; undefined for other labels. */
export function commandLabelId(label: string): string | undefined {
  return /^troupe:(.*\S)/i.exec(label)?.[1]?.trim().toLowerCase();
}

/** Whether the label is one of Troupe's own marks. */
export function isReservedLabel(label: string): boolean {
  return reserved.has(commandLabelId(label) ?? '');
}

/** The workflow of a name, whatever its trigger says (decision 35). */
export function selectNamed(candidates: readonly Candidate[], id: string): Selection {
  const candidate = candidates.find((one) => one.id === id.toLowerCase());
  if (candidate === undefined) return { kind: 'unknown', id, why: [why(id, false, reasons.unknownWorkflow(id))] };
  return { kind: 'chosen', candidate, why: [why(candidate.id, true, reasons.matched('name'))] };
}

/** The workflow whose trigger fits best. */
export function selectWorkflow(candidates: readonly Candidate[], occasion: Occasion, file: RepositoryFile): Selection {
  const judged = candidates.map((candidate) => judge(candidate, occasion, file));
  const fitting = judged.filter((one) => one.why.ok);
  const best = fitting.toSorted((a, b) => b.priority - a.priority || b.specificity - a.specificity)[0];
  const notes = judged.map((one) => one.why);
  if (best === undefined) {
    const found = fallback(candidates, occasion, file);
    return { ...found, why: [...notes, ...found.why] };
  }
  const equal = fitting.filter((one) => one.priority === best.priority && one.specificity === best.specificity);
  if (equal.length > 1) return { kind: 'tie', candidates: equal.map((one) => one.candidate), why: notes };
  return {
    kind: 'chosen',
    candidate: best.candidate,
    why: judged.map((one) =>
      one === best || !one.why.ok ? one.why : why(one.candidate.id, false, reasons.lowerPriority(best.candidate.id)),
    ),
  };
}

/** A built-in workflow answers to its own label and command only, unless the settings enable it (decision 35). */
export function isAsleep({ id, builtIn }: Pick<Candidate, 'id' | 'builtIn'>, enabled: readonly string[]): boolean {
  return builtIn && !enabled.includes(id);
}

interface Judged {
  readonly candidate: Candidate;
  readonly priority: number;
  readonly specificity: number;
  readonly why: Why;
}

function judge(candidate: Candidate, occasion: Occasion, file: RepositoryFile): Judged {
  const judged = (ok: boolean, detail: string, specificity = 0): Judged => ({
    candidate,
    priority: candidate.workflow?.trigger.priority ?? 0,
    specificity,
    why: why(candidate.id, ok, detail),
  });
  const { workflow } = candidate;
  if (workflow === undefined) return judged(false, reasons.mistakes([candidate.path]));
  const labels = labelsThatCount(occasion);
  if (isAsleep(candidate, file.workflows.enable)) {
    const wakes = workflow.trigger.labels.find(
      (label) => isAnyOf([label], labels) && commandLabelId(label) === undefined,
    );
    const more = wakes === undefined ? '' : reasons.labelAsleep(wakes, candidate.id);
    return judged(false, `${reasons.builtInAsleep()}${more}`);
  }
  const assignees = occasion.name.endsWith('.assigned') && occasion.assignee !== undefined ? [occasion.assignee] : [];
  const match = matchTrigger(workflow.trigger, {
    labels,
    assignees,
    ...(occasion.name === 'command' ? {} : { event: occasion.name }),
    ...defined({ schedule: occasion.schedule }),
    scope: occasion.scope,
  });
  const isNamed =
    isOnSchedule(workflow.trigger, occasion.schedule) ||
    isAnyOf(workflow.trigger.labels, labels) ||
    isAnyOf(workflow.trigger.assignees, assignees);
  return judged(match.matched, match.reasons.join('; '), specificityOf(isNamed, workflow.trigger.condition));
}

/** The label just put on; all of them when somebody asks for a run without saying which; none for other events. */
function labelsThatCount(occasion: Occasion): readonly string[] {
  if (occasion.name === 'command') return occasion.labels;
  return occasion.name.endsWith('.labeled') && occasion.label !== undefined ? [occasion.label] : [];
}

/** A schedule, a label or an assignee is more specific than an event as such, a condition more than none. */
function specificityOf(isNamed: boolean, condition: string | undefined): number {
  return (isNamed ? 2 : 0) + (condition === undefined ? 0 : 1);
}

function isAnyOf(wanted: readonly string[], given: readonly string[]): boolean {
  return wanted.some((one) => given.some((other) => other.toLowerCase() === one.toLowerCase()));
}

/** `default_workflow` answers only somebody who asked for a run without saying which. */
function fallback(candidates: readonly Candidate[], occasion: Occasion, file: RepositoryFile): Selection {
  if (occasion.name !== 'command' || file.defaultWorkflow === undefined) return { kind: 'none', why: [] };
  const named = selectNamed(candidates, file.defaultWorkflow);
  if (named.kind !== 'chosen') return named;
  return { ...named, why: [why(named.candidate.id, true, reasons.fallback())] };
}

function why(subject: string, ok: boolean, detail: string): Why {
  return { topic: 'workflow', subject, ok, detail };
}
