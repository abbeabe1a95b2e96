// Time as something that can be handed in. Tests hand in a clock of their own.

/** The time and timers. Times are whole milliseconds since 1970. */
export interface Clock {
  now(): number;
  /** Calls back once, not before `ms` milliseconds from now. The returned function takes it back. */
  after(ms: number, callback: () => void): () => void;
}

/** What setTimeout can hold, nearly 25 days; it ends a longer one at once. */
const longestTimerMs = 2 ** 31 - 1;

/** The clock of this machine. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    let timer: NodeJS.Timeout;
    function arm(left: number): void {
      const part = Math.min(left, longestTimerMs);
      timer = setTimeout(() => (left > part ? arm(left - part) : callback()), part).unref();
    }
    arm(ms);
    return () => clearTimeout(timer);
  },
};

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
