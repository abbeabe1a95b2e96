// The machine's clock with somebody who sets it while the process runs. Time itself passes as usual.
import { systemClock } from '../../src/support/index.ts';

/** A clock that can be set. */
export function createMovedClock(aheadMs = 0) {
  let ahead = aheadMs;
  return {
    ...systemClock,
    now: () => Date.now() + ahead,
    /** Sets it so much ahead of the right time, or behind it. */
    set(ms: number) {
      ahead = ms;
    },
  };
}
