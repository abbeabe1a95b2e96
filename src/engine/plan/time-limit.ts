// The minutes of a run: whose limit holds, when they are over, and when what may still happen after that is. Pure.
import { isContainer } from '../../definition/index.ts';
import { planOf } from './plan.ts';
import type { RunState } from '../model/state.ts';
import type { Limit } from '../model/types.ts';
import { tallyOf } from '../model/step-table.ts';
import { waitsForPeople } from '../model/waits-for-people.ts';

/** How long `on_failure` and `finally` may take, together, when the minutes of the run are over. */
const tailMs = 5 * 60_000;

/** How much of its time a run has, and by whom. */
interface Minutes {
  readonly minutes: number;
  readonly from: NonNullable<Limit['from']>;
}

/** The least of what workflow, repository, operator and job allow; undefined where nobody says. */
function minutesOf(state: RunState): Minutes | undefined {
  const { spec } = state;
  const { budget } = spec.settings;
  const all: readonly (readonly [number | undefined, Minutes['from']])[] = [
    [spec.workflow.budget.minutes, 'workflow'],
    [budget.minutes, budget.minutesFrom ?? 'repository'],
    [jobMinutesOf(state), 'job'],
  ];
  let least: Minutes | undefined;
  for (const [minutes, from] of all)
    if (minutes !== undefined && minutes < (least?.minutes ?? Number.POSITIVE_INFINITY)) least = { minutes, from };
  return least;
}

/** What the job that started the run, or went on with it, allows. */
export function jobMinutesOf({ spec, minutesSince }: RunState): number | undefined {
  return minutesSince === undefined ? spec.settings.budget.jobMinutes : (minutesSince.jobMinutes ?? undefined);
}

/** When the minutes of a run are over, milliseconds since 1970: later while it waits for people. Undefined without such a limit. */
export function deadlineOf(state: RunState, now: number): number | undefined {
  const limit = minutesOf(state);
  const since = sinceOf(state);
  if (limit === undefined || since === undefined) return undefined;
  return since + limit.minutes * 60_000 + forPeopleMs(state, now);
}

/** The limit with what was used of it; undefined without one. */
export function timeLimitOf(state: RunState, now: number): Limit | undefined {
  const limit = minutesOf(state);
  if (limit === undefined) return undefined;
  const elapsed = now - (sinceOf(state) ?? now) - forPeopleMs(state, now);
  const told = Math.floor((elapsed / 60_000) * 10) / 10;
  const isReached = elapsed >= limit.minutes * 60_000;
  const used = isReached ? Math.max(told, limit.minutes) : Math.min(told, limit.minutes);
  return { which: 'minutes', limit: limit.minutes, used, from: limit.from };
}

/** When `on_failure` and `finally` have to be done; undefined while the minutes of the run are not over. */
export function tailEnd(state: RunState, now: number): number | undefined {
  if (state.outOfTimeAt !== undefined) return state.outOfTimeAt + tailMs;
  const deadline = deadlineOf(state, now);
  return deadline === undefined || deadline > now ? undefined : deadline + tailMs;
}

/** When time ends something of the run next; null when it does not. */
export function nextTimeLimit(state: RunState, now: number): number | null {
  if (state.outOfTimeAt !== undefined) return later(state.outOfTimeAt + tailMs, now);
  const deadline = deadlineOf(state, now);
  if (deadline === undefined || (waitsForPeople(state) && !isAtWork(state))) return null;
  return later(deadline, now) ?? later(deadline + tailMs, now);
}

function later(at: number, now: number): number | null {
  return at > now ? at : null;
}

/** Since when its time counts: a job that goes on with a run which had ended gives it its minutes anew. */
function sinceOf({ minutesSince, startedAt }: RunState): number | undefined {
  return minutesSince?.at ?? startedAt;
}

/** How long it has waited for people since then. */
function forPeopleMs(state: RunState, now: number): number {
  const { parkedSince, waitedForPeopleMs = 0, minutesSince } = state;
  const before = waitedForPeopleMs - (minutesSince?.waitedForPeopleMs ?? 0);
  if (parkedSince === undefined || !waitsForPeople(state)) return before;
  return before + Math.max(0, now - Math.max(parkedSince, minutesSince?.at ?? 0));
}

function isAtWork(state: RunState): boolean {
  const plan = planOf(state);
  return tallyOf(state.steps).live.some((path) => {
    const place = plan.get(path);
    const isLeaf = place !== undefined && !isContainer(place.definition);
    return isLeaf && state.steps.get(path)?.executingSince !== undefined;
  });
}
