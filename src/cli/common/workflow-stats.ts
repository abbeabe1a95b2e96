// How the runs of a workflow went, computed from what the journal lists. Pure.
import { isRunOver } from '../../engine/index.ts';
import type { RunStatus, RunSummary } from '../../engine/index.ts';
import { addDecimal, dividedBy } from '../../support/index.ts';
import type { JsonObject, RunId } from '../../support/index.ts';

/** Of the runs that have ended. */
export interface WorkflowStats {
  readonly runs: number;
  /** How many repositories they are of: a bot keeps the runs of all of them together. */
  readonly repositories: number;
  readonly succeeded: number;
  readonly last: { readonly status: RunStatus; readonly finishedAt: number };
  /** From the start to the end, the time that they waited for people included. */
  readonly averageMs: number;
  /** Of the runs whose whole cost is known; absent: of none it is. */
  readonly averageCostUsd?: number;
  /** How many runs that is. */
  readonly costKnownOf: number;
  /** In and out, of the runs that told them; absent: none did. */
  readonly averageTokens?: number;
}

/** What the newest ended run of a workflow was given, and what became of it. */
export interface NewestRun {
  readonly id: RunId;
  /** Inputs that have a value. */
  readonly inputs: JsonObject;
  /** Why it did not succeed. */
  readonly error?: string;
}

/** The newest ended run of each workflow. */
export function newestOf(runs: readonly RunSummary[]): readonly RunSummary[] {
  const ended = runs.filter(({ status }) => isRunOver(status)).toSorted((a, b) => endOf(b) - endOf(a));
  return [...Map.groupBy(ended, ({ workflow }) => workflow).values()].flatMap(([newest]) => newest ?? []);
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
  const costs = runs.filter(hasKnownCost).map(({ costUsd = '0' }) => costUsd);
  const sum = costs.reduce(addDecimal, '0');
  const tokens = runs.flatMap((run) => (run.tokens === undefined || run.tokens === 0 ? [] : [run.tokens]));
  return {
    runs: runs.length,
    repositories: new Set(runs.map(({ repository }) => repository)).size,
    succeeded: runs.filter(({ status }) => status === 'succeeded').length,
    last: { status: newest.status, finishedAt: endOf(newest) },
    averageMs: Math.round(average(runs.map((run) => endOf(run) - (run.startedAt ?? endOf(run))))),
    ...(costs.length === 0 ? {} : { averageCostUsd: Number(dividedBy(sum, costs.length)) }),
    costKnownOf: costs.length,
    ...(tokens.length === 0 ? {} : { averageTokens: Math.round(average(tokens)) }),
  };
}

/** A run of before did not tell: then nothing may be a price that nobody knew. */
function hasKnownCost({ costUsd, costComplete }: RunSummary): boolean {
  return costUsd !== undefined && (costComplete ?? Number(costUsd) !== 0);
}

function endOf({ finishedAt, createdAt }: RunSummary): number {
  return finishedAt ?? createdAt;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
