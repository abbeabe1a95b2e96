// The place of a run in its queue, and the runs that hold or wait for a lock. Reads only.
import { defined } from '../../support/index.ts';
import { listAll, liveStatuses, placesInLine } from '../../engine/index.ts';
import type { Journal, LineLimits, PlaceInLine, RunSpec, RunSummary } from '../../engine/index.ts';
import type { RunId } from '../../support/index.ts';

/** The places of all runs that wait to begin. */
export async function lineOf(
  journal: Pick<Journal, 'list'>,
  limits: LineLimits,
): Promise<ReadonlyMap<RunId, PlaceInLine>> {
  return placesInLine(await listAll(journal, { status: liveStatuses }), limits);
}

/** Live runs that hold or wait for a lock. */
export async function holdersOf(
  lockKey: string,
  repositoryId: number | undefined,
  journal: Pick<Journal, 'list'>,
): Promise<readonly RunSummary[]> {
  const live = await listAll(journal, {
    status: liveStatuses,
    ...defined({ repositoryId }),
  });
  return live.filter((run) => run.lockKey === lockKey);
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
    ...defined({ taskNumber: task.number }),
    ...(repository === undefined ? {} : { repository: `${repository.owner}/${repository.name}` }),
    ...defined({ lockKey, priority }),
  };
}
