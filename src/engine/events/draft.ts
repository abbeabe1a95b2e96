// A run's state while events are folded into it: mutable, owned by one fold, never handed out before it is done.
import { defined } from '../../support/index.ts';
import type { StepPath } from '../../support/index.ts';
import { planOf } from '../plan/plan.ts';
import type { Place } from '../model/place.ts';
import type { RunState, StepState } from '../model/state.ts';
import { marksOf, StepTable, tableOf } from '../model/step-table.ts';
import type { Marks } from '../model/step-table.ts';
import type { RunSpec } from '../model/types.ts';

type Mutable<Shape> = { -readonly [Key in keyof Shape]: Shape[Key] };

/** A step while events are folded in. */
export type StepDraft = Omit<Mutable<StepState>, 'effects'> & {
  effects: Record<string, StepState['effects'][string]>;
};

/** A step that a fold may write to. */
interface Loan {
  readonly place: Place;
  step: StepDraft;
  /** What it is counted for. */
  marks: Marks;
  isTouched: boolean;
}

/** A run while events are folded in. */
export interface Draft {
  readonly run: Mutable<Omit<RunState, 'steps' | 'stateKeys'>>;
  steps: StepTable;
  /** Copied by this fold already, so it may write to them. */
  readonly owned: Map<StepPath, Loan>;
  /** Written to by the event at hand. */
  readonly touched: Loan[];
  /** The step that was written to last: many events in a row are about one. */
  last?: Loan | undefined;
  stateKeys: RunState['stateKeys'];
}

/** The state of a run of which only `run.created` is known. */
export function emptyState(spec: RunSpec, createdAt: number): RunState {
  return {
    id: spec.id,
    spec,
    status: 'queued',
    seq: 1,
    createdAt,
    steps: tableOf(planOf({ spec }), freshStep),
    facts: spec.baseSha === undefined ? {} : { baseSha: spec.baseSha },
    stateKeys: {},
    usage: { personaRuns: 0, inputTokens: 0, outputTokens: 0, costUsd: '0', complete: true },
  };
}

/** A step that nothing has happened to. */
export function freshStep({ path, list, parent, handlerOf }: Place): StepState {
  const outer = parent ?? handlerOf;
  return {
    path,
    list,
    ...defined({ parent: outer }),
    status: 'pending',
    attempts: 0,
    effects: {},
  };
}

/** Opens a state for writing; the state itself stays as it is. */
export function openDraft(state: RunState): Draft {
  const { steps, stateKeys } = state;
  const table =
    steps instanceof StepTable
      ? steps.copy()
      : tableOf(planOf(state), (place) => steps.get(place.path) ?? freshStep(place));
  return { run: { ...state }, steps: table, owned: new Map(), touched: [], stateKeys };
}

/** What the draft holds now, as a state: for good when nothing more is folded in, else until the next event is. */
export function stateOf(draft: Draft): RunState {
  return { ...draft.run, steps: draft.steps, stateKeys: draft.stateKeys };
}

/** The step for writing; undefined when the run has none of this path. */
export function writable(draft: Draft, path: StepPath): StepDraft | undefined {
  const loan = draft.last?.place.path === path ? draft.last : (draft.owned.get(path) ?? borrow(draft, path));
  if (loan === undefined) return undefined;
  touch(draft, loan);
  return loan.step;
}

/** Puts another step in the place of the one of its path. */
export function replace(draft: Draft, step: StepDraft): StepDraft {
  const loan = draft.owned.get(step.path) ?? borrow(draft, step.path);
  if (loan === undefined) return step;
  touch(draft, loan);
  loan.step = step;
  draft.steps.put(loan.place, step);
  return step;
}

/** Whether the run has a step of this path. */
export function hasStep({ last, steps }: Draft, path: StepPath): boolean {
  return last?.place.path === path || steps.has(path);
}

/** Other places: what was borrowed stood in those before. */
export function moveTo(draft: Draft, steps: StepTable): void {
  draft.steps = steps;
  draft.owned.clear();
  draft.touched.length = 0;
  draft.last = undefined;
}

function borrow({ owned, steps }: Draft, path: StepPath): Loan | undefined {
  const place = steps.plan.get(path);
  const before = place === undefined ? undefined : steps.at(place);
  if (place === undefined || before === undefined) return undefined;
  const step = { ...before, effects: { ...before.effects } };
  const loan: Loan = { place, step, marks: marksOf(before, place), isTouched: false };
  owned.set(path, loan);
  steps.put(place, step);
  return loan;
}

function touch(draft: Draft, loan: Loan): void {
  draft.last = loan;
  if (loan.isTouched) return;
  loan.isTouched = true;
  draft.touched.push(loan);
}

/** A step as it is when it is done again: pending, with what it was told and what it cost. Attempts go on counting. */
export function startedOverStep(before: StepState): StepDraft {
  const { path, list, parent, attempts, usage, error, reworkReason, items } = before;
  return {
    path,
    list,
    status: 'pending',
    attempts,
    effects: Object.fromEntries(Object.keys(before.effects).map((key) => [key, { done: false }])),
    ...defined({ parent, usage, error, reworkReason, items }),
  };
}
