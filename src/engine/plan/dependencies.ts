// What the steps that a step waits for mean for it once they are over: it goes, or something holds it up. Pure.
import { isHardFailed } from './failure.ts';
import type { Place, Plan } from '../model/place.ts';
import type { RunState, StepState } from '../model/state.ts';

/** Why a step is not to run, by its dependencies alone. `none`: of those of which one was to succeed, none did. */
export interface HeldUp {
  readonly by: Place;
  readonly how: 'failed' | 'skipped' | 'none';
}

/**
 * What holds a step up whose dependencies are over; undefined: nothing. A step that ran although it was held up, because its
 * condition says so, lets what comes after it through no more than what held it up would.
 */
export function heldUp(state: Pick<RunState, 'steps'>, plan: Plan, place: Place): HeldUp | undefined {
  const { dependencies, step } = place;
  const [first] = dependencies;
  const policy = step.onSkippedDependency;
  if (policy === 'any' && first !== undefined) {
    const isThrough = dependencies.some(
      (each) => statusOf(state, each) === 'succeeded' && behind(state, plan, each) === undefined,
    );
    return isThrough ? undefined : { by: first, how: 'none' };
  }
  const failed = dependencies.find((each) => isHardFailed(state, plan, each));
  if (failed !== undefined) return { by: failed, how: 'failed' };
  const held = dependencies.flatMap((each) => behind(state, plan, each) ?? []);
  const failedBefore = held.find(({ how }) => how === 'failed');
  if (failedBefore !== undefined || policy === 'run') return failedBefore;
  const left = dependencies.find((each) => isLeft(state, each));
  return left === undefined ? held[0] : { by: left, how: 'skipped' };
}

/** What held up a step that ran nevertheless. */
function behind(state: Pick<RunState, 'steps'>, plan: Plan, place: Place): HeldUp | undefined {
  return place.asksStatus ? heldUp(state, plan, place) : undefined;
}

/** What a person skipped, or a persona left out, is as good as done: it was optional. */
function isLeft(state: Pick<RunState, 'steps'>, place: Place): boolean {
  const reason = state.steps.get(place.path)?.skipped?.reason ?? '';
  return ['skipped', 'cancelled'].includes(statusOf(state, place)) && !['person', 'persona'].includes(reason);
}

function statusOf(state: Pick<RunState, 'steps'>, { path }: Place): StepState['status'] {
  return state.steps.get(path)?.status ?? 'pending';
}
