// Remembers for a while that GitHub had nothing against anybody, so that not every run asks again.
import type { Clock } from '../../support/index.ts';
import type { ClearAnswers } from './types.ts';

/** A rule that is made meanwhile stops its run where it always did: at the push. */
const keptMs = 60 * 60_000;
const most = 1_000;

/** A memory that lives as long as its host. */
export function createClearAnswers(clock: Pick<Clock, 'now'>): ClearAnswers {
  const clearAt = new Map<string, number>();
  return {
    async list(key, ask) {
      const at = clearAt.get(key);
      if (at !== undefined && clock.now() - at < keptMs) return [];
      const rows = await ask();
      clearAt.delete(key);
      if (rows.length === 0) clearAt.set(key, clock.now());
      for (const oldest of clearAt.keys()) {
        if (clearAt.size <= most) break;
        clearAt.delete(oldest);
      }
      return rows;
    },
  };
}
