// A clock that stands still until a test moves it. Never looks at the machine's time.
import type { Clock } from '../../src/support/index.ts';

/** A clock with hands. */
export interface ManualClock extends Clock {
  /** Moves on, calling back every timer that comes due, in order of time. */
  advance(ms: number): void;
  /** Moves to a moment that is not in the past. */
  moveTo(at: number): void;
  /** Moves on as `advance` does, and lets come to rest what each timer starts before the next one is due. */
  walk(ms: number): Promise<void>;
  /** Timers that are set. */
  pending(): number;
  /** When the next of them is due. */
  nextAt(): number | undefined;
}

/** A clock that shows `start`, milliseconds since 1970. */
export function createManualClock(start = 1_800_000_000_000): ManualClock {
  let now = start;
  let timers: { at: number; callback: () => void }[] = [];
  /** Calls back the first timer that is due until then; false when there is none. */
  function ring(until: number): boolean {
    const due = timers.filter((timer) => timer.at <= until).toSorted((a, b) => a.at - b.at)[0];
    if (due === undefined) return false;
    timers = timers.filter((timer) => timer !== due);
    now = Math.max(now, due.at);
    due.callback();
    return true;
  }
  function moveTo(at: number): void {
    while (ring(at)) continue;
    now = Math.max(now, at);
  }
  return {
    now: () => now,
    after(ms, callback) {
      const timer = { at: now + ms, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance: (ms) => moveTo(now + ms),
    moveTo,
    async walk(ms) {
      await breathe();
      const end = now + ms;
      while (ring(end)) await breathe();
      now = end;
    },
    pending: () => timers.length,
    nextAt: () => (timers.length === 0 ? undefined : Math.min(...timers.map(({ at }) => at))),
  };
}

async function breathe(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
