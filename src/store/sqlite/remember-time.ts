// The time as the owner of the tables saw it last, for the next one. One row.
import type { Database } from './database.ts';

/** In `meta`. */
export const timeKey = 'time';

/** Once this owner has the tables, and once more when it gives them back. */
export function rememberTime(db: Database, now: number): void {
  const sql = 'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value';
  db.run(sql, timeKey, now);
}
