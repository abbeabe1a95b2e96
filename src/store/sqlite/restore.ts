// Puts a run from elsewhere into the journal, event by event as it was: the state an Action kept between two jobs. Never drives it.
import { foldRun, isRunOver, summaryOf } from '../../engine/index.ts';
import type { RunEvent } from '../../engine/index.ts';
import type { Committer } from './committer.ts';
import { putAll } from './claim.ts';
import type { Database } from './database.ts';
import { encodeEvent } from './event-codec.ts';
import { insertEvents } from './event-writes.ts';
import { insertRun, patchColumns } from './run-rows.ts';
import type { Blobs } from '../ports/blobs.ts';

/** Restores a run. false: it is there already, and nothing changes. Unless it is woken it is driven once something is posted to it, and not before. */
export async function restoreRun(
  ports: { readonly db: Database; readonly committer: Committer; readonly blobs: Blobs },
  events: readonly RunEvent[],
  wake: boolean,
): Promise<boolean> {
  const { db } = ports;
  const state = foldRun(events);
  const summary = summaryOf(state);
  // redacted when it was written first
  const rows = events.map((event) => ({ at: event.at, encoded: encodeEvent(event, undefined) }));
  for (const { encoded } of rows) await putAll(ports.blobs, encoded.blobs);
  return ports.committer.submit(`restore run ${state.id}`, () => {
    const { sql, values } = insertRun(state.spec, state.spec.task.title, state.createdAt);
    const row = db.get(sql, ...values);
    if (row === undefined) return false;
    const n = Number(row['n']);
    for (const [index, { at, encoded }] of rows.entries())
      insertEvents(db, { run: state.id, n, lastSeq: index }, { events: [encoded], now: at });
    const patch = patchColumns({ status: state.status, ...summary });
    const over = isRunOver(state.status);
    db.run(
      `UPDATE run SET started_at = ?, finished_at = ?, runnable = ?, wake_at = ?${patch.sql} WHERE n = ?`,
      state.startedAt ?? null,
      over ? (state.finishedAt ?? null) : null,
      over || !wake ? 0 : 1,
      null,
      ...patch.values,
      n,
    );
    return true;
  });
}
