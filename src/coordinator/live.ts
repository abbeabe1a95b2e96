// Which runs still go on. Data only.
import type { RunStatus } from '../engine/index.ts';

/** Statuses of runs that still go on. */
export const liveStatuses: readonly RunStatus[] = ['queued', 'running', 'waiting', 'paused'];
