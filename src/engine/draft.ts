// A run's state while events are folded into it: mutable, owned by one fold, never handed out before it is done.
import type { StepPath } from '../support/index.ts';
import { planOf } from './plan.ts';
import type { RunState, StepState } from './state.ts';
import type { RunSpec } from './types.ts';

type Mutable<Shape> = { -readonly [Key in keyof Shape]: Shape[Key] };

/** A step while events are folded in. */
export type StepDraft = Omit<Mutable<StepState>, 'effects'> & {
  effects: Record<string, StepState['effects'][string]>;
};

/** A run while events are folded in. */
export interface Draft {
  readonly run: Mutable<Omit<RunState, 'steps' | 'stateKeys'>>;
  readonly steps: Map<StepPath, StepState>;
  /** Copied by this fold already, so it may write to them. */
  readonly owned: Map<StepPath, StepDraft>;
  stateKeys: RunState['stateKeys'];
}

/** The state of a run of which only `run.created` is known. */
export function emptyState(spec: RunSpec, createdAt: number): RunState {
  const steps = new Map<StepPath, StepState>();
  for (const { path, list, parent, handlerOf } of planOf(spec.workflow).values()) {
    const outer = parent ?? handlerOf;
    steps.set(path, {
      path,
      list,
      ...(outer === undefined ? {} : { parent: outer }),
      status: 'pending',
      attempts: 0,
      effects: {},
    });
  }
  return {
    id: spec.id,
    spec,
    status: 'queued',
    seq: 1,
    createdAt,
    steps,
    facts: spec.baseSha === undefined ? {} : { baseSha: spec.baseSha },
    stateKeys: {},
    usage: { personaRuns: 0, inputTokens: 0, outputTokens: 0, costUsd: '0', complete: true },
  };
}

/** Opens a state for writing; the state itself stays as it is. */
export function openDraft(state: RunState): Draft {
  const { steps, stateKeys, ...run } = state;
  return { run, steps: new Map(steps), owned: new Map(), stateKeys };
}

/** What the draft holds now, as a state: for good when nothing more is folded in, else until the next event is. */
export function stateOf(draft: Draft): RunState {
  return { ...draft.run, steps: draft.steps, stateKeys: draft.stateKeys };
}

/** The step for writing; undefined when the workflow has none of this path. */
export function writable(draft: Draft, path: StepPath): StepDraft | undefined {
  const own = draft.owned.get(path);
  if (own !== undefined) return own;
  const step = draft.steps.get(path);
  if (step === undefined) return undefined;
  const copy: StepDraft = { ...step, effects: { ...step.effects } };
  draft.owned.set(path, copy);
  draft.steps.set(path, copy);
  return copy;
}
