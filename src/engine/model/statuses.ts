// Which statuses are ends, and which are not. Never moves anything from one status to another.
import type { RunStatus, StepStatus } from './types.ts';

/** Statuses of runs that still go on. */
export const liveStatuses: readonly RunStatus[] = ['queued', 'running', 'waiting', 'paused'];
/** Statuses of runs that have ended. */
export const endStatuses: readonly RunStatus[] = ['succeeded', 'degraded', 'failed', 'cancelled', 'timed_out'];

const runEnds: ReadonlySet<RunStatus> = new Set(endStatuses);

/** Whether a run in this status has ended: it never changes again. */
export function isRunOver(status: RunStatus): boolean {
  return runEnds.has(status);
}

/** Whether a step in this status has ended: it never changes again. */
export function isStepOver(status: StepStatus): boolean {
  switch (status) {
    case 'pending':
    case 'ready':
    case 'running':
    case 'waiting':
      return false;
    case 'succeeded':
    case 'failed':
    case 'skipped':
    case 'cancelled':
    case 'timed_out':
      return true;
  }
}
