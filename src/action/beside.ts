// Runs of earlier jobs where a new one would begin: whose lock it needs, and whose runner has vanished. Reads only.
import { driverLines } from '../coordinator/index.ts';
import type { Driver } from '../coordinator/index.ts';
import type { RunSpec } from '../engine/index.ts';
import type { RunId } from '../support/index.ts';
import type { KeptRun } from './kept-run.ts';
import { runMessages } from './messages.ts';
import type { Job } from './open-job.ts';

/** A run that is not over, and what is said of it. */
export interface RunBeside {
  readonly run: RunId;
  /** Nobody drives it any more. */
  readonly gone: boolean;
  /** Begins small where it stands behind a name. */
  readonly line: string;
}

/** What stands beside a start. */
export interface Beside {
  /** Has the same lock: nobody in this job could wait for its end, and two at once would work on the same thing. */
  readonly stops?: RunBeside;
  /** Nobody drives these any more; they are about something else, and the start goes on. */
  readonly left: readonly RunBeside[];
}

/** Runs that earlier jobs left for the issue, or that made the pull request. */
export async function runsAbout({ wiring }: Pick<Job, 'wiring'>, number: number): Promise<readonly KeptRun[]> {
  const all = (await wiring.states?.all(number)) ?? [];
  return all.filter(({ state }) => state.spec.task.number === number || state.facts.pullRequest?.number === number);
}

/** Looks at the runs that were found. `replaces`: the start ends these anyway. */
export function besideOf(
  { lockKey }: Pick<RunSpec, 'lockKey'>,
  kept: readonly KeptRun[],
  at: { readonly drivers: ReadonlyMap<RunId, Driver>; readonly replaces?: readonly RunId[] },
): Beside {
  const found = kept.flatMap(({ run, state }) => {
    const driver = at.drivers.get(run);
    if (driver === undefined || at.replaces?.includes(run) === true) return [];
    return [{ run, driver, hasLock: lockKey !== undefined && state.spec.lockKey === lockKey }];
  });
  const stops = found.find(({ hasLock }) => hasLock);
  const left = found.filter(({ driver }) => driver.gone);
  return {
    ...(stops === undefined ? {} : { stops: stopping(stops) }),
    left: left.map(({ run, driver }) => ({ run, gone: true, line: driverLines.gone(run, driver) })),
  };
}

function stopping({ run, driver }: { readonly run: RunId; readonly driver: Driver }): RunBeside {
  const line = driver.gone
    ? runMessages.vanished(driverLines.gone(run, driver))
    : runMessages.sameWork(run, driver.url);
  return { run, gone: driver.gone, line };
}
