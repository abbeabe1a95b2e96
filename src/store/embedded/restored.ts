// Whether a database was put back from a copy, and when: two rows of `meta`. What was done outside since the copy is not in it.
import type { RestoredStore } from '../ports/store.ts';
import type { Database } from '../sqlite/database.ts';

const keys = { madeAt: 'copied_at', at: 'restored_at' } as const;
/** When it was looked for what runs of before the beginning left behind. */
export const lookedBehindKey = 'looked_behind';

/** Notes it, and that deliveries which came since the copy are not known. */
export function writeRestored(db: Database, { madeAt, at }: RestoredStore): void {
  const sql = 'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value';
  db.run(sql, keys.madeAt, madeAt);
  db.run(sql, keys.at, at);
  // begun since the copy, some are lost again
  db.run('DELETE FROM meta WHERE key = ?', lookedBehindKey);
  db.run('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING', 'deliveries_swept', madeAt);
}

/** Undefined where it was not. */
export function readRestored(db: Database): RestoredStore | undefined {
  const sql = 'SELECT value FROM meta WHERE key = ?';
  const [madeAt, at] = [db.get(sql, keys.madeAt)?.['value'], db.get(sql, keys.at)?.['value']];
  return typeof madeAt === 'number' && typeof at === 'number' ? { madeAt, at } : undefined;
}
