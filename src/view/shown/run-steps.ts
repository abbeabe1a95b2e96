// The steps of a run with their definitions, in file order, and how each looks. Pure.
import { quoteLine } from '../../support/index.ts';
import {
  isContainer,
  isForeach,
  isPanel,
  isPanelist,
  isRunOver,
  itemsAround,
  keepsWork,
  stepAt,
} from '../../engine/index.ts';
import type { RunState, Step, StepState, Usage } from '../../engine/index.ts';
import type { CheckConclusion } from '../../github/index.ts';
import { stepSentences, stepTexts } from './messages.ts';

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

/** A step with its definition: what a row is made from. Never leaves this folder. */
export interface ShownStep {
  readonly state: StepState;
  readonly definition: Step | undefined;
  /** Safe in headings and tables. */
  readonly name: string;
  /** As the check is called; check names are plain text. */
  readonly checkName: string;
  readonly look: Look;
  /** How its items stand, or what each of several providers said, in words. */
  readonly items?: string;
  /** What was taken by several providers together. Absent: what stands in its state. */
  readonly usage?: readonly Usage[];
  /** Has a check run of its own. */
  readonly hasCheck: boolean;
  /** As people named it; plain text. */
  readonly plainName: string;
  /** Tables show it. */
  readonly inTable: boolean;
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

/** More items than these are shown as one row, and only those of which there is something to say with one of their own. */
const itemsShown = 10;

/**
 * Every step of a run. Tables show leaves, containers that failed by themselves, and those that do their steps for items with the
 * items of which there is something to say. Several providers of one step are shown with it, and have no check of their own.
 */
export function allSteps(state: RunState): readonly ShownStep[] {
  const over = isRunOver(state.status);
  const all = [...state.steps.values()];
  const isItemShown = itemFilter(state);
  return all.map((step) => {
    const definition = stepAt(state, step.path);
    const isGroup =
      definition !== undefined && isContainer(definition) && !isForeach(definition) && !isPanel(definition);
    const inTable = isGroup ? failedByItself(step, all) : isItemShown(step) && !isHidden(definition, step, all);
    const isOfSeveral = definition !== undefined && isPanel(definition) && step.reusedFrom === undefined;
    return {
      ...alone(step, definition, over),
      ...(isOfSeveral ? together(state, step, all) : {}),
      ...(step.items === undefined ? {} : { items: stepSentences.items(step.items, failedItems(step, all)) }),
      inTable,
    };
  });
}

/** What each of several providers said, and what all of them took. */
function together(state: RunState, { path }: StepState, all: readonly StepState[]): Pick<ShownStep, 'items' | 'usage'> {
  const asked = all.flatMap((step) => {
    const definition = step.parent === path ? stepAt(state, step.path) : undefined;
    return definition !== undefined && isPanelist(definition) ? [{ step, name: definition.provider ?? '' }] : [];
  });
  const over = isRunOver(state.status);
  return {
    items: asked
      .map(({ step, name }) => stepSentences.said(quoteLine(name, 40), stepTexts[lookOf(step, over)]))
      .join(', '),
    usage: asked.flatMap(({ step: { usage = [] } }) => usage),
  };
}

/** What Troupe does itself at the end of several, and who was not asked at all as the answer was there. */
function isHidden(definition: Step | undefined, { parent, status }: StepState, all: readonly StepState[]): boolean {
  if (definition === undefined) return false;
  if (keepsWork(definition)) return true;
  if (!isPanelist(definition)) return false;
  return status === 'skipped' && all.some(({ path, reusedFrom }) => path === parent && reusedFrom !== undefined);
}

/** What people call the step at a path; plain text. */
export function nameOf(state: RunState, path: StepState['path']): string {
  return stepAt(state, path)?.name ?? path;
}

/** One step of a run, whatever stands beside it. */
export function shownStepAt(state: RunState, path: StepState['path']): ShownStep | undefined {
  const step = state.steps.get(path);
  return step && alone(step, stepAt(state, path), isRunOver(state.status));
}

function alone(step: StepState, definition: Step | undefined, over: boolean): ShownStep {
  const name = definition?.name ?? step.path;
  return {
    state: step,
    definition,
    name: quoteLine(name, 80),
    plainName: name,
    checkName: name.replaceAll(/\s+/g, ' '),
    look: lookOf(step, over),
    hasCheck: definition !== undefined && !definition.implicit && !isPanelist(definition),
    inTable: true,
  };
}

/** Which steps for items are shown: of few all, of many a few that failed, were tried again or wait for people. */
function itemFilter(state: RunState): (step: StepState) => boolean {
  const shown = new Map<string, number>();
  return (step) => {
    const crowded = itemsAround(state, step.path).find(({ beside }) => beside >= itemsShown);
    if (crowded === undefined) return true;
    if (!isWorthARow(step)) return false;
    const count = (shown.get(crowded.owner) ?? 0) + 1;
    shown.set(crowded.owner, count);
    return count <= itemsShown;
  };
}

/** Once true it stays so: a check that was made is brought to its end. */
function isWorthARow({ status, attempts, approval, arrivals, waitingFor, result }: StepState): boolean {
  if (status === 'failed' || status === 'timed_out' || attempts > 1) return true;
  if (approval !== undefined || arrivals !== undefined || waitingFor?.for === 'answer') return true;
  return result?.verdict === 'fail' || result?.verdict === 'unknown';
}

/** The indexes of the items in which a step failed. */
function failedItems({ path }: StepState, all: readonly StepState[]): readonly string[] {
  const failed = all.filter(({ parent, status }) => parent === path && (status === 'failed' || status === 'timed_out'));
  return [...new Set(failed.map((step) => step.path.slice(path.length + 1).split('.')[0] ?? ''))];
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
