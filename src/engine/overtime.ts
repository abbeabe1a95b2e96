// What ends when the minutes of a run are over: all that is at work, at once. `on_failure` and `finally` have a while longer. Pure.
import { asksPersona } from '../definition/index.ts';
import type { Decision } from './decide.ts';
import { text } from './model/messages.ts';
import type { Place, Plan } from './model/place.ts';
import type { RunState } from './model/state.ts';
import { isStepOver } from './model/statuses.ts';
import { isMainOver } from './plan/scope.ts';
import { tailEnd, timeLimitOf } from './plan/time-limit.ts';

/** The decisions that time makes now; none while there is some left. */
export function overtime({
  state,
  plan,
  now,
}: {
  readonly state: RunState;
  readonly plan: Plan;
  readonly now: number;
}): Decision[] {
  const until = tailEnd(state, now);
  const limit = state.outOfTimeAt === undefined ? timeLimitOf(state, now) : state.budgetExceeded;
  if (until === undefined || limit === undefined || state.startedAt === undefined) return [];
  const isCut = state.outOfTimeAt === undefined && !isMainOver(state) && state.facts.mergedBy === undefined;
  if (isCut) return [{ kind: 'budget', exceeded: limit }];
  const message = text.budget(limit);
  return [...plan.values()]
    .filter((place) => mustEnd(state, place, until <= now))
    .map(({ path }): Decision =>
      state.steps.get(path)?.status === 'pending'
        ? { kind: 'skip', path, reason: 'run_failed', because: message }
        : { kind: 'cancel', path, reason: 'timed_out', message, ofRun: true },
    );
}

/** Personas end at once, whatever list they stand in: they are the work that the limit is about. */
function mustEnd(state: RunState, { path, list, step }: Place, isTailOver: boolean): boolean {
  const { status = 'skipped' } = state.steps.get(path) ?? {};
  if (isStepOver(status)) return false;
  if (isTailOver) return true;
  if (list === 'on_failure' || list === 'finally') return asksPersona(step) && status !== 'pending';
  return state.outOfTimeAt !== undefined;
}
