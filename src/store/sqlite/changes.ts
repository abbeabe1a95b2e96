// Telling those who follow a run that it changed: at once in the owner, by looking again in a reader.
import type { Clock, RunId } from '../../support/index.ts';
import type { Changes } from './run-reader.ts';

/** Changes that this process makes itself. */
export interface ChangeBoard extends Changes {
  changed(run: RunId): void;
}

/** A board for the owner: whoever waits for a run hears of its next commit. */
export function createChangeBoard(): ChangeBoard {
  const followers = new Map<RunId, Set<() => void>>();
  return {
    changed(run) {
      const told = followers.get(run);
      followers.delete(run);
      for (const tell of told ?? []) tell();
    },
    next(run, until) {
      const waiting = startWaiting(until);
      const followersOfRun = followers.get(run) ?? new Set();
      followers.set(run, followersOfRun.add(waiting.end));
      return {
        changed: waiting.ended,
        drop() {
          waiting.end();
          followersOfRun.delete(waiting.end);
          if (followersOfRun.size === 0 && followers.get(run) === followersOfRun) followers.delete(run);
        },
      };
    },
  };
}

/** For a reader, whom nobody tells: looks again every `everyMs`. */
export function pollForChanges(clock: Clock, everyMs: number): Changes {
  return {
    next(_run, until) {
      const waiting = startWaiting(until);
      const stop = clock.after(everyMs, waiting.end);
      return {
        changed: waiting.ended,
        drop() {
          stop();
          waiting.end();
        },
      };
    },
  };
}

/** A wait that keeps the process alive: timers of the clock do not, and a follower has nothing else. */
function startWaiting(until: AbortSignal | undefined): { readonly ended: Promise<void>; end(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const alive = setInterval(() => {}, 2 ** 30);
  function end(): void {
    clearInterval(alive);
    until?.removeEventListener('abort', end);
    resolve();
  }
  until?.addEventListener('abort', end, { once: true });
  return { ended: promise, end };
}
