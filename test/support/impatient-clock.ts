// A clock whose timers fire at once and move it: for waits that a test does not look at. Never waits.
import type { Clock } from '../../src/support/index.ts';

/** A clock without patience. */
export interface ImpatientClock extends Clock {
  /** What was waited for, in milliseconds. */
  readonly waits: readonly number[];
  /** Moves on without calling back. */
  advance(ms: number): void;
}

/** A clock that begins with the time of the machine. */
export function createImpatientClock(): ImpatientClock {
  let now = Date.now();
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    advance(ms) {
      now += ms;
    },
    after(ms, callback) {
      waits.push(ms);
      const timer = setImmediate(() => {
        now += ms;
        callback();
      });
      return () => clearImmediate(timer);
    },
  };
}
