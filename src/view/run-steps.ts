// The steps of a run with their definitions, in file order, and how each looks. Pure.
import { isContainer, isRunOver, stepsIn } from '../engine/index.ts';
import type { RunState, Step, StepState, Workflow } from '../engine/index.ts';
import type { CheckConclusion } from '../github/index.ts';
import { quoteLine } from './quote/quote-persona-text.ts';

/** How a step looks to people: its status and its verdict in one word. */
export type Look =
  | 'pending'
  | 'running'
  | 'retrying'
  | 'waiting'
  | 'approval'
  | 'answer'
  | 'passed'
  | 'done'
  | 'rejected'
  | 'unjudged'
  | 'noop'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'timed_out';

/** One row of what is shown. */
export interface ShownStep {
  readonly state: StepState;
  readonly definition: Step | undefined;
  /** Safe in headings and tables. */
  readonly name: string;
  /** As the check is called; check names are plain text. */
  readonly checkName: string;
  readonly look: Look;
  /** Has a check run of its own. */
  readonly hasCheck: boolean;
}

/** One icon per look, everywhere the same. */
export const icons: Readonly<Record<Look, string>> = {
  pending: '⚪',
  running: '🔵',
  retrying: '🔁',
  waiting: '⏳',
  approval: '✋',
  answer: '✋',
  passed: '✅',
  done: '✅',
  rejected: '❌',
  unjudged: '❔',
  noop: '➖',
  failed: '❌',
  skipped: '⏭️',
  cancelled: '🚫',
  timed_out: '⌛',
};

/** The conclusion of a step's check; undefined while it is open (decision 1). */
export const conclusions: Readonly<Record<Look, CheckConclusion | undefined>> = {
  pending: undefined,
  running: undefined,
  retrying: undefined,
  waiting: undefined,
  approval: 'action_required',
  answer: 'action_required',
  passed: 'success',
  done: 'success',
  rejected: 'failure',
  unjudged: 'failure',
  noop: 'neutral',
  failed: 'failure',
  skipped: 'skipped',
  cancelled: 'cancelled',
  timed_out: 'timed_out',
};

/** The steps that are shown: leaves, and containers that failed by themselves. */
export function shownSteps(state: RunState): ShownStep[] {
  const definitions = definitionsOf(state.spec.workflow);
  const over = isRunOver(state.status);
  const all = [...state.steps.values()];
  return all.flatMap((step) => {
    const definition = definitions.get(idOf(step.path));
    if (definition !== undefined && isContainer(definition) && !failedByItself(step, all)) return [];
    const name = definition?.name ?? step.path;
    return {
      state: step,
      definition,
      name: quoteLine(name, 80),
      checkName: name.replaceAll(/\s+/g, ' '),
      look: lookOf(step, over),
      hasCheck: definition !== undefined && !definition.implicit,
    };
  });
}

/** How a step looks. */
function lookOf(step: StepState, runIsOver: boolean): Look {
  switch (step.status) {
    case 'pending':
    case 'ready':
      if (runIsOver) return 'skipped';
      return step.retryAt === undefined ? 'pending' : 'retrying';
    case 'running':
      return 'running';
    case 'waiting':
      return step.waitingFor?.for === 'approval' || step.waitingFor?.for === 'answer' ? step.waitingFor.for : 'waiting';
    case 'succeeded':
      return lookOfSuccess(step);
    case 'failed':
    case 'skipped':
    case 'cancelled':
    case 'timed_out':
      return step.status;
  }
}

function lookOfSuccess({ result }: StepState): Look {
  if (result?.verdict === 'fail') return 'rejected';
  if (result?.verdict === 'unknown') return 'unjudged';
  if (result?.noop !== undefined) return 'noop';
  return result?.verdict === 'pass' ? 'passed' : 'done';
}

/** A parallel fails with its children; it is shown only when none of them shows why. */
function failedByItself(step: StepState, all: readonly StepState[]): boolean {
  if (step.status !== 'failed' && step.status !== 'timed_out') return false;
  return !all.some((child) => child.parent === step.path && ['failed', 'timed_out'].includes(child.status));
}

/** Every step of a workflow by its id. */
export function definitionsOf(workflow: Workflow): Map<string, Step> {
  const found = new Map<string, Step>();
  function visit(steps: readonly Step[]): void {
    for (const step of steps) {
      found.set(step.id, step);
      visit(stepsIn(step));
      visit(step.onError?.steps ?? []);
    }
  }
  visit([...workflow.steps, ...workflow.onFailure, ...workflow.finally]);
  return found;
}

/** In loops the path ends with the step's id. */
export function idOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
