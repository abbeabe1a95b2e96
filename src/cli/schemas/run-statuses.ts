// The statuses of a run as the command line names them: for `--status` and for the published schemas.
import type { RunStatus } from '../../engine/index.ts';

/** All of them, in the order of a run's life. */
export const runStatuses = [
  'queued',
  'running',
  'waiting',
  'paused',
  'succeeded',
  'degraded',
  'failed',
  'cancelled',
  'timed_out',
] as const satisfies readonly RunStatus[];
