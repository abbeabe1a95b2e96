// The time as GitHub has it: what one machine writes for another is told by one clock. Timers stay those of this machine.
import type { Clock } from '../support/index.ts';

/** A clock that learns from answers how far this machine is off. */
export interface ServerClock extends Clock {
  /** GitHub said that it was this time, just now. */
  learn(answeredAt: number): void;
}

/** GitHub tells whole seconds, and an answer takes its time: less than that is no difference. */
const unclearMs = 2_000;

/** The clock over that of this machine. */
export function createServerClock(clock: Clock): ServerClock {
  let offset = 0;
  return {
    now: () => clock.now() + offset,
    after: (ms, callback) => clock.after(ms, callback),
    learn(answeredAt) {
      const off = answeredAt - clock.now();
      offset = Math.abs(off) <= unclearMs ? 0 : off;
    },
  };
}
