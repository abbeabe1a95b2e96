// The place of a run in its queue, and the runs that hold or wait for a lock. Reads only.
import { placesInLine } from '../engine/index.ts';
import type { Journal, LineLimits, PlaceInLine, RunSpec, RunSummary } from '../engine/index.ts';
import type { RunId } from '../support/index.ts';
import { liveStatuses } from './live.ts';

/** The places of all runs that wait to begin. */
export async function lineOf(
  journal: Pick<Journal, 'list'>,
  limits: LineLimits,
): Promise<ReadonlyMap<RunId, PlaceInLine>> {
  const page = await journal.list({ status: liveStatuses, limit: 500 });
  return placesInLine(page.items, limits);
}

/** Live runs that hold or wait for a lock. */
export async function holdersOf(
  lockKey: string,
  repositoryId: number | undefined,
  journal: Pick<Journal, 'list'>,
): Promise<readonly RunSummary[]> {
  const page = await journal.list({
    status: liveStatuses,
    limit: 500,
    ...(repositoryId === undefined ? {} : { repositoryId }),
  });
  return page.items.filter((run) => run.lockKey === lockKey);
}

/** A run as a listing will show it once it is started. */
export function summaryOfStart(spec: RunSpec, now: number): RunSummary {
  const { id, workflow, repository, task, lockKey, priority } = spec;
  return {
    id,
    status: 'queued',
    workflow: workflow.id,
    workflowName: workflow.name,
    taskTitle: task.title,
    createdAt: now,
    currentSteps: [],
    ...(task.number === undefined ? {} : { taskNumber: task.number }),
    ...(repository === undefined ? {} : { repository: `${repository.owner}/${repository.name}` }),
    ...(lockKey === undefined ? {} : { lockKey }),
    ...(priority === undefined ? {} : { priority }),
  };
}
