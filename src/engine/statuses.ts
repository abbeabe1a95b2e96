// Which statuses are ends, and which are not. Never moves anything from one status to another.
import type { RunStatus, StepStatus } from './types.ts';

/** Statuses of runs that still go on. */
export const liveStatuses: readonly RunStatus[] = ['queued', 'running', 'waiting', 'paused'];
/** Statuses of runs that have ended. */
export const endStatuses: readonly RunStatus[] = ['succeeded', 'degraded', 'failed', 'cancelled', 'timed_out'];

const runEnds: ReadonlySet<RunStatus> = new Set(endStatuses);
const stepEnds: ReadonlySet<StepStatus> = new Set(['succeeded', 'failed', 'skipped', 'cancelled', 'timed_out']);

/** Whether a run in this status has ended: it never changes again. */
export function isRunOver(status: RunStatus): boolean {
  return runEnds.has(status);
}

/** Whether a step in this status has ended: it never changes again. */
export function isStepOver(status: StepStatus): boolean {
  return stepEnds.has(status);
}
