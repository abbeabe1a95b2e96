// Which jobs drive the runs that lie on hidden refs, as far as it can be known. Reads only.
import type { Driver } from '../coordinator/index.ts';
import type { RunId } from '../support/index.ts';
import { jobUrl } from './context.ts';
import { isHeld, isLeft } from './kept-run.ts';
import type { KeptRun } from './kept-run.ts';
import type { Job } from './open-job.ts';

/** Who drives each of the runs, or did until its runner vanished. Runs that wait or are over have nobody. */
export function driversOf(
  { context, serverClock }: Pick<Job, 'context' | 'serverClock'>,
  kept: readonly KeptRun[],
): ReadonlyMap<RunId, Driver> {
  const now = serverClock.now();
  const found = new Map<RunId, Driver>();
  for (const one of kept) {
    if (!isHeld(one, now) && !isLeft(one, now)) continue;
    const { run, job, since, renewedAt } = one;
    // no clock makes somebody heard of later than now
    const times = { since: Math.min(since, now), renewedAt: Math.min(renewedAt, now) };
    found.set(run, { url: jobUrl(context, job.runId), ...times, gone: isLeft(one, now) });
  }
  return found;
}
