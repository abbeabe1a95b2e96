// Deletes what is kept long enough. Unfinished runs and everything they use always stay.
import type { Committer } from '../sqlite/committer.ts';
import type { Database } from '../sqlite/database.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Inbox } from '../ports/inbox.ts';
import type { PurgeCount, RetentionTimes } from '../ports/store.ts';

/** Runs deleted in one transaction, so that appends never wait long. */
const chunk = 100;

/** Deletes deliveries, runs and blobs that are older than the times. */
export async function purge(
  parts: { readonly db: Database; readonly committer: Committer; readonly inbox: Inbox; readonly blobs: Blobs },
  before: RetentionTimes,
): Promise<PurgeCount> {
  const { db, committer } = parts;
  const deliveries = await parts.inbox.purge(before.inbox);
  let runs = 0;
  for (;;) {
    const removed = await committer.submit('delete old runs', () => removeRuns(db, before.runs));
    runs += removed;
    if (removed < chunk) break;
  }
  return { deliveries, runs, blobs: await parts.blobs.purge(before.blobs) };
}

/** Whether an unfinished run, or one that finished after `before`, uses the blob. */
export function isBlobUsed(db: Database, sha256: string, before: number): boolean {
  const sql = `SELECT 1 FROM blob_use JOIN run ON run.id = blob_use.run
    WHERE sha256 = ? AND (finished_at IS NULL OR finished_at >= ?)
    UNION ALL SELECT 1 FROM ticket WHERE reply_sha256 = ? AND state <> 'over'`;
  return db.get(sql, sha256, before, sha256) !== undefined;
}

function removeRuns(db: Database, before: number): number {
  const rows = db.all(
    'SELECT id FROM run WHERE finished_at IS NOT NULL AND finished_at < ? ORDER BY finished_at LIMIT ?',
    before,
    chunk,
  );
  for (const row of rows) {
    const id = String(row['id']);
    db.run(
      `DELETE FROM definition_part WHERE sha256 IN (SELECT sha256 FROM part_use WHERE run = ?)
        AND NOT EXISTS (SELECT 1 FROM part_use WHERE part_use.sha256 = definition_part.sha256 AND run <> ?)`,
      id,
      id,
    );
    db.run('DELETE FROM event WHERE run = (SELECT n FROM run WHERE id = ?)', id);
    for (const table of ['part_use', 'blob_use', 'surface', 'ticket']) db.run(`DELETE FROM ${table} WHERE run = ?`, id);
    db.run('DELETE FROM run WHERE id = ?', id);
  }
  return rows.length;
}
