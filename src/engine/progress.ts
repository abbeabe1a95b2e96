// Progress lines, at most one per two seconds, the newest of them. Writes nothing itself.
import type { Clock } from '../support/index.ts';

const pauseMs = 2_000;

/** Says the newest line at once or as soon as the pause is over; `stop` drops what is left. */
export function createProgress(clock: Clock, write: (text: string) => void): { say(text: string): void; stop(): void } {
  let last = Number.NEGATIVE_INFINITY;
  let newest: string | undefined;
  let cancel: (() => void) | undefined;
  let isStopped = false;
  function flush(): void {
    cancel = undefined;
    if (newest === undefined || isStopped) return;
    last = clock.now();
    const text = newest;
    newest = undefined;
    write(text);
  }
  return {
    say(text) {
      if (isStopped) return;
      newest = text;
      const wait = last + pauseMs - clock.now();
      if (wait <= 0) flush();
      else cancel ??= clock.after(wait, flush);
    },
    stop() {
      isStopped = true;
      cancel?.();
    },
  };
}
