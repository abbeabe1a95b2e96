// How the runs of a workflow went, computed from what the journal lists. Pure.
import { isRunOver } from '../engine/index.ts';
import type { RunStatus, RunSummary } from '../engine/index.ts';

/** Of the runs that have ended. */
export interface WorkflowStats {
  readonly runs: number;
  /** How many repositories they are of: a bot keeps the runs of all of them together. */
  readonly repositories: number;
  readonly succeeded: number;
  readonly last: { readonly status: RunStatus; readonly finishedAt: number };
  /** From the start to the end, the time that they waited for people included. */
  readonly averageMs: number;
  /** Of the runs whose cost is known; absent: of none it is. */
  readonly averageCostUsd?: number;
}

/** The stats by the workflow's id. Workflows without an ended run are left out. */
export function statsOf(runs: readonly RunSummary[]): ReadonlyMap<string, WorkflowStats> {
  const ended = Map.groupBy(
    runs.filter(({ status }) => isRunOver(status)),
    ({ workflow }) => workflow,
  );
  return new Map([...ended].map(([workflow, all]) => [workflow, statsOfOne(all)]));
}

function statsOfOne(runs: readonly RunSummary[]): WorkflowStats {
  const [newest] = runs.toSorted((a, b) => endOf(b) - endOf(a));
  if (newest === undefined) throw new TypeError('a group has a run');
  const costs = runs.flatMap(({ costUsd }) => (costUsd === undefined ? [] : [Number(costUsd)]));
  return {
    runs: runs.length,
    repositories: new Set(runs.map(({ repository }) => repository)).size,
    succeeded: runs.filter(({ status }) => status === 'succeeded').length,
    last: { status: newest.status, finishedAt: endOf(newest) },
    averageMs: Math.round(average(runs.map((run) => endOf(run) - (run.startedAt ?? endOf(run))))),
    ...(costs.length === 0 ? {} : { averageCostUsd: Math.round(average(costs) * 10_000) / 10_000 }),
  };
}

function endOf({ finishedAt, createdAt }: RunSummary): number {
  return finishedAt ?? createdAt;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
