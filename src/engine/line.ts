// The line of runs that have not begun: who goes first, and what each of them waits for. Pure.
import { defined } from '../support/index.ts';
import type { RunId } from '../support/index.ts';
import type { RunSummary } from './model/types.ts';

/** Where a run stands in line. `position` counts from 1: the next one to go on. */
export type PlaceInLine = { readonly position: number } & (
  | {
      /** Runs of the same `concurrency.group`: the one that goes on, then those before it in line. */
      readonly waitsFor: 'runs';
      readonly runs: readonly Pick<RunSummary, 'id' | 'taskNumber'>[];
    }
  | {
      /** So many runs work at once in the repository, or on the whole server. */
      readonly waitsFor: 'repository' | 'server';
      readonly limit: number;
    }
);

/** How many runs work at once. */
export interface LineLimits {
  readonly concurrentRuns: number;
  readonly concurrentPerRepository: number;
}

type Waiting = Pick<RunSummary, 'id' | 'priority' | 'createdAt'>;

/** Words for a task's priority, the more urgent the higher. Anything else counts as `medium`. */
const urgency: Readonly<Record<string, number>> = {
  critical: 2,
  urgent: 2,
  highest: 2,
  p0: 2,
  high: 1,
  p1: 1,
  low: -1,
  lowest: -1,
  p3: -1,
  p4: -1,
};

/** A run's priority in line: the workflow's `trigger.priority` first, then the task's own priority. */
export function linePriority(triggerPriority: number, taskPriority: string | undefined): number {
  const word = taskPriority?.toLowerCase() ?? '';
  return triggerPriority * 4 + (Object.hasOwn(urgency, word) ? (urgency[word] ?? 0) : 0);
}

/** The order of the line: priority, then age. The store claims and locks in the same order. */
export function compareInLine(a: Waiting, b: Waiting): number {
  return (b.priority ?? 0) - (a.priority ?? 0) || a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}

/** The places of all runs that wait to begin. `live`: every run that is not over. */
export function placesInLine(live: readonly RunSummary[], limits?: LineLimits): ReadonlyMap<RunId, PlaceInLine> {
  const places = new Map<RunId, PlaceInLine>();
  const working = live.filter(({ status }) => status === 'running');
  const groups = new Map<string, RunSummary[]>();
  for (const run of live) if (hasBegun(run)) groupOf(groups, run)?.push(run);
  const ready: RunSummary[] = [];
  // a run that a person paused lets the others pass
  const line = live.filter((run) => run.status === 'queued' && !hasBegun(run));
  for (const run of line.toSorted(compareInLine)) {
    const ahead = groupOf(groups, run) ?? [];
    const place = ahead.length > 0 ? behind(ahead) : limits === undefined ? undefined : slot(run, limits);
    if (place !== undefined) places.set(run.id, place);
    if (ahead.length === 0) ready.push(run);
    ahead.push(run);
  }
  return places;

  function slot(run: RunSummary, most: LineLimits): PlaceInLine | undefined {
    const here = (other: RunSummary): boolean => run.repository !== undefined && other.repository === run.repository;
    const before = ready.filter(here).length;
    if (working.filter(here).length + before >= most.concurrentPerRepository)
      return { waitsFor: 'repository', limit: most.concurrentPerRepository, position: before + 1 };
    if (working.length + ready.length < most.concurrentRuns) return undefined;
    return { waitsFor: 'server', limit: most.concurrentRuns, position: ready.length + 1 };
  }
}

function hasBegun({ startedAt, status }: RunSummary): boolean {
  return startedAt !== undefined || status === 'running' || status === 'waiting';
}

function behind(ahead: readonly RunSummary[]): PlaceInLine {
  const runs = ahead.map(({ id, taskNumber }) => ({ id, ...defined({ taskNumber }) }));
  return { waitsFor: 'runs', runs, position: runs.length };
}

function groupOf(groups: Map<string, RunSummary[]>, { lockKey }: RunSummary): RunSummary[] | undefined {
  if (lockKey === undefined) return undefined;
  const group = groups.get(lockKey) ?? [];
  groups.set(lockKey, group);
  return group;
}
