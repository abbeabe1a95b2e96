// Time as something that can be handed in. Tests hand in a clock of their own.

/**
 * The time and timers. What waits, paces or expires reads `now()`, which in a host is steady (`createSteadyClock`): nothing that is
 * done to the clock of the machine moves it. What the machine's clock shows is a Date (`wallOf`), which the compiler subtracts from nothing.
 */
export interface Clock {
  /** Whole milliseconds since 1970. */
  now(): number;
  /** Calls back once, not before `ms` milliseconds from now. The returned function takes it back. */
  after(ms: number, callback: () => void): () => void;
  /** Milliseconds that passed since some moment, whatever `now()` is set to. Absent: nobody sets `now()`. */
  ticks?(): number;
  /** What the clock of the machine shows. Absent: the same as `now()`. */
  wall?(): Date;
}

/** What setTimeout can hold, nearly 25 days; it ends a longer one at once. */
const longestTimerMs = 2 ** 31 - 1;

/** The clock of this machine, which may be set at any moment. Its timers do not keep the process alive. */
export const systemClock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  after(ms: number, callback: () => void) {
    let timer: NodeJS.Timeout;
    function arm(left: number): void {
      const part = Math.min(left, longestTimerMs);
      timer = setTimeout(() => (left > part ? arm(left - part) : callback()), part).unref();
    }
    arm(ms);
    return () => clearTimeout(timer);
  },
} as const satisfies Clock;

/** Less than this is how clocks of machines are kept right. */
const movedMs = 60_000;

/**
 * A clock that begins with what the machine's shows and then goes on by the time that passes. `moved` is told when the clock of the
 * machine was set: by how much it is now ahead of this one, in milliseconds. Where `ticks` is absent it is the same clock.
 */
export function createSteadyClock(machine: Clock, moved?: (aheadMs: number) => void): Clock {
  const { ticks } = machine;
  if (ticks === undefined || machine.wall !== undefined) return machine;
  const origin = machine.now() - ticks();
  let told = 0;
  return {
    now() {
      const now = Math.floor(origin + ticks());
      const ahead = machine.now() - now;
      if (Math.abs(ahead - told) > movedMs) {
        told = ahead;
        moved?.(ahead);
      }
      return now;
    },
    ticks,
    wall: () => new Date(machine.now()),
    after: (ms, callback) => machine.after(ms, callback),
  };
}

/** The clock of this process: steady from its start. */
export const processClock: Clock = createSteadyClock(systemClock);

/** What the clock of the machine shows: for those outside who compare it with their own. */
export function wallOf(clock: Clock): Date {
  return clock.wall?.() ?? new Date(clock.now());
}

/** For the log: the machine's clock was set while we ran. */
export function clockMoved(aheadMs: number): string {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  return `The clock of this machine was set: it is now ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the time that Troupe goes by. What waits ends as if nothing had happened; times that are written follow the clock again after the next start`;
}

/** Resolves after `ms` milliseconds on the clock; rejects with the signal's reason when aborted. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    function onAbort(): void {
      stop();
      reject(signal?.reason);
    }
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** The moment as ISO 8601 text. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
