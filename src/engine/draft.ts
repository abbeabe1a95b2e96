// A run's state while events are folded into it: mutable, owned by one fold, never handed out before it is done.
import { defined } from '../support/index.ts';
import type { StepPath } from '../support/index.ts';
import { planOf } from './plan.ts';
import type { Place } from './plan.ts';
import type { RunState, StepState } from './state.ts';
import { marksOf, StepTable, tableOf } from './step-table.ts';
import type { Marks } from './step-table.ts';
import type { RunSpec } from './types.ts';

type Mutable<Shape> = { -readonly [Key in keyof Shape]: Shape[Key] };

/** A step while events are folded in. */
export type StepDraft = Omit<Mutable<StepState>, 'effects'> & {
  effects: Record<string, StepState['effects'][string]>;
};

/** A run while events are folded in. */
export interface Draft {
  readonly run: Mutable<Omit<RunState, 'steps' | 'stateKeys'>>;
  steps: StepTable;
  /** Copied by this fold already, so it may write to them. */
  readonly owned: Map<StepPath, StepDraft>;
  /** Written to by the event at hand, with what they were counted for before. */
  readonly touched: Map<StepPath, Marks>;
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
  const { steps, stateKeys, ...run } = state;
  const table =
    steps instanceof StepTable
      ? steps.copy()
      : tableOf(planOf(state), (place) => steps.get(place.path) ?? freshStep(place));
  return { run, steps: table, owned: new Map(), touched: new Map(), stateKeys };
}

/** What the draft holds now, as a state: for good when nothing more is folded in, else until the next event is. */
export function stateOf(draft: Draft): RunState {
  return { ...draft.run, steps: draft.steps, stateKeys: draft.stateKeys };
}

/** The step for writing; undefined when the run has none of this path. */
export function writable(draft: Draft, path: StepPath): StepDraft | undefined {
  const own = draft.owned.get(path);
  if (own !== undefined) {
    touch(draft, own);
    return own;
  }
  const step = draft.steps.get(path);
  if (step === undefined) return undefined;
  touch(draft, step);
  return replace(draft, { ...step, effects: { ...step.effects } });
}

/** Puts another step in the place of the one of its path. */
export function replace(draft: Draft, step: StepDraft): StepDraft {
  const { path } = step;
  const place = draft.steps.plan.get(path);
  if (place === undefined) return step;
  const before = draft.steps.at(place);
  if (before !== undefined) touch(draft, before);
  draft.owned.set(path, step);
  draft.steps.put(place, step);
  return step;
}

function touch({ touched, steps }: Draft, step: StepState): void {
  if (!touched.has(step.path)) touched.set(step.path, marksOf(step, steps.plan.get(step.path)));
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
