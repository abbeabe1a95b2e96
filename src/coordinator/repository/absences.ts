// What GitHub says is not there, remembered for some minutes: repositories lack most of what may be in them, and each event would ask again. Reads nothing.
import type { Clock } from '../../support/index.ts';

/** What is not there, by a key that says all about it. */
export interface Absences {
  /** It was looked for lately, and was not there. */
  has(key: string): boolean;
  /** What a look found. */
  looked(key: string, isThere: boolean): void;
  /** It may be there by now. */
  forget(key: string): void;
}

/** GitHub may say for a moment that something new is not there: who says so twice, this far apart, is believed. */
const againMs = 30_000;
/** So long. Whoever puts something there pushes, and what is pushed to is forgotten at once. */
const believedMs = 5 * 60_000;

interface Absence {
  readonly since: number;
  readonly until: number;
}

/** Remembers nothing yet; never more than `most`. */
export function createAbsences({ now }: Pick<Clock, 'now'>, most = 500): Absences {
  const known = new Map<string, Absence>();
  return {
    has: (key) => (known.get(key)?.until ?? 0) > now(),
    looked(key, isThere) {
      const since = known.get(key)?.since ?? now();
      known.delete(key);
      if (isThere) return;
      known.set(key, { since, until: now() - since >= againMs ? now() + believedMs : 0 });
      const oldest = known.size > most ? known.keys().next().value : undefined;
      if (oldest !== undefined) known.delete(oldest);
    },
    forget: (key) => void known.delete(key),
  };
}

/** The settings of an owner's `.github` repository. */
export function ownersKey(owner: string): string {
  return `settings of ${owner.toLowerCase()}`;
}
