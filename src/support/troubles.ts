// What keeps this process from its work right now, each from the first failure until something of its kind succeeds. Remembers and tells; mends nothing.
import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';

/** One kind of work that fails. */
export interface Trouble {
  /** `store`, `github`, `step r… build` … */
  readonly part: string;
  /** A sentence for operators. */
  readonly why: string;
  /** When it failed first. */
  readonly since: number;
  /** When it failed last. */
  readonly at: number;
}

/** The troubles of a process. */
export interface Troubles {
  failed(part: string, why: string): void;
  /** Something of that kind was done. */
  worked(part: string): void;
  all(): readonly Trouble[];
  /** Resolves when there is no trouble of this part any more, at once where there is none. Rejects with the signal's reason. */
  over(part: string, signal?: AbortSignal): Promise<void>;
}

/** What telling needs. */
export interface TroublesOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Called when one begins. */
  began?(part: string): void;
}

/** None yet. The log hears of each once when it begins and once when it is over. */
export function createTroubles({ clock, log, began }: TroublesOptions): Troubles {
  const known = new Map<string, Trouble>();
  const waiting = new Map<string, Set<() => void>>();
  return {
    failed(part, why) {
      const at = clock.now();
      const before = known.get(part);
      known.set(part, { part, why, since: before?.since ?? at, at });
      if (before !== undefined) return;
      log.warn({ part, why }, 'Something that the work needs fails; /readyz tells until it works again');
      began?.(part);
    },
    worked(part) {
      const before = known.get(part);
      if (before === undefined) return;
      known.delete(part);
      const told = [...(waiting.get(part) ?? [])];
      waiting.delete(part);
      for (const tell of told) tell();
      log.info({ part, ms: clock.now() - before.since }, 'It works again');
    },
    all: () => [...known.values()],
    over(part, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        if (!known.has(part)) return resolve();
        const waiters = waiting.get(part) ?? new Set();
        waiting.set(part, waiters.add(tell));
        function tell(): void {
          signal?.removeEventListener('abort', leave);
          resolve();
        }
        function leave(): void {
          waiters.delete(tell);
          reject(signal?.reason);
        }
        signal?.addEventListener('abort', leave, { once: true });
      });
    },
  };
}

/** Remembers nothing: for those that nobody asks. */
export const noTroubles: Troubles = {
  failed: () => undefined,
  worked: () => undefined,
  all: () => [],
  over: () => Promise.resolve(),
};

/** The part that is in trouble while GitHub does not answer at all. */
export const githubPart = 'github';
