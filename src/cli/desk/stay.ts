// Whether a parked run is worth staying for where nobody is at the terminal: a short timer is, a person and a long time are not. Pure.
import type { RunState, StepState } from '../../engine/index.ts';
import { showStep } from '../../view/index.ts';

/** A command in a pipe stays for a retry, a rate limit or a `delay` of this length; what takes longer is for `troupe resume`. */
export const patienceMs = 15 * 60_000;

/** A time that a step waits for. */
export interface Timer {
  readonly name: string;
  readonly at: number;
}

/** The times that move the run on their own, the next one first. The end of a decision's time is none before it comes: a person may decide. */
export function timersOf(state: RunState, now: number): readonly Timer[] {
  if (state.paused !== undefined) return [];
  return [...state.steps.values()]
    .flatMap((step) => {
      const at = dueAt(step, now);
      return at === undefined ? [] : [{ name: showStep({ state }, step.path)?.name ?? step.path, at }];
    })
    .toSorted((a, b) => a.at - b.at);
}

/** Whether the run goes on by itself so soon that one waits for it. */
export function goesOnSoon(state: RunState, now: number): boolean {
  const [next] = timersOf(state, now);
  return next !== undefined && next.at - now <= patienceMs;
}

function dueAt({ status, retryAt, waitingFor, woken }: StepState, now: number): number | undefined {
  if (status === 'ready') return retryAt;
  if (status !== 'waiting') return undefined;
  if (woken === true) return now;
  const until = waitingFor?.until ?? undefined;
  const isForPeople = waitingFor?.for === 'approval' || waitingFor?.for === 'answer';
  return until === undefined || (isForPeople && until > now) ? undefined : until;
}
