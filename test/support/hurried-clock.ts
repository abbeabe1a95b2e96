// A clock that runs with the machine's and jumps to its next timer when nothing has happened for a moment. For stories with long waits.
import type { Clock } from '../../src/support/index.ts';

/** A clock that does not wait for nothing. */
export interface HurriedClock extends Clock {
  /** Something happened: the next jump is a moment away again. */
  touch(): void;
  /** No jumps until `resume`. */
  hold(): void;
  resume(): void;
  /** Ends the jumps; timers go on with the machine's time. */
  stop(): void;
}

const tickMs = 20;

/** A clock that jumps after `idleMs` milliseconds without a `touch`; `isBusy` holds it back. */
export function createHurriedClock(
  options: { readonly idleMs?: number; readonly isBusy?: () => boolean } = {},
): HurriedClock {
  const { idleMs = 250, isBusy = () => false } = options;
  const timers = new Set<{ readonly at: number; readonly callback: () => void; stop: () => void }>();
  let skipped = 0;
  let touchedAt = Date.now();
  let held = false;
  const now = (): number => Date.now() + skipped;

  function arm(timer: { readonly at: number; readonly callback: () => void; stop: () => void }): void {
    const real = setTimeout(() => fire(timer), Math.min(Math.max(0, timer.at - now()), 2 ** 31 - 1));
    real.unref();
    timer.stop = () => clearTimeout(real);
  }

  function fire(timer: { readonly callback: () => void; stop: () => void } & { readonly at: number }): void {
    timer.stop();
    if (!timers.delete(timer)) return;
    touchedAt = Date.now();
    timer.callback();
  }

  let tickedAt = Date.now();
  const ticking = setInterval(() => {
    // a tick that comes late tells of a machine that had no time for us, not of a moment without events
    const isLate = Date.now() - tickedAt > 3 * tickMs;
    tickedAt = Date.now();
    if (held || isLate || isBusy()) touchedAt = Date.now();
    if (Date.now() - touchedAt < idleMs) return;
    const next = [...timers].toSorted((a, b) => a.at - b.at)[0];
    if (next === undefined) return;
    skipped += Math.max(0, next.at - now());
    for (const timer of timers) {
      timer.stop();
      arm(timer);
    }
    fire(next);
  }, tickMs);
  ticking.unref();

  return {
    now,
    after(ms, callback) {
      // pauses with jitter are no whole milliseconds; the time is
      const timer = { at: now() + Math.ceil(ms), callback, stop: () => {} };
      timers.add(timer);
      arm(timer);
      return () => {
        timer.stop();
        timers.delete(timer);
      };
    },
    touch() {
      touchedAt = Date.now();
    },
    hold() {
      held = true;
    },
    resume() {
      held = false;
      touchedAt = Date.now();
    },
    stop: () => clearInterval(ticking),
  };
}
