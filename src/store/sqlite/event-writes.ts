// Puts events into the journal, inside a transaction that somebody else opened. Numbers them; decides nothing else.
import type { SQLInputValue } from 'node:sqlite';
import type { RunEvent } from '../../engine/index.ts';
import type { RunId } from '../../support/index.ts';
import type { Database } from './database.ts';
import type { EncodedEvent } from './event-codec.ts';

/** The number of the run's newest event, for a statement over `run`. */
export const lastSeq = '(SELECT coalesce(max(seq), 0) FROM event WHERE event.run = run.n)';

/** Which run, and where its journal ends. */
export interface Target {
  readonly run: RunId;
  /** The number of the run's row. */
  readonly n: number;
  readonly lastSeq: number;
}

/** Rows that one statement writes. */
const mostRows = 8;
const inserts = Array.from({ length: mostRows }, (_, index) => {
  const rows = Array.from({ length: index + 1 }, () => '(?, ?, ?, ?, ?, ?, ?, ?)').join(', ');
  return `INSERT INTO event (run, seq, at, type, step, attempt, data, refs) VALUES ${rows}`;
});

/** Appends the events, numbered on. The caller has checked, in this transaction, that it may. */
export function insertEvents(
  db: Database,
  { run, n, lastSeq: last }: Target,
  change: { readonly events: readonly EncodedEvent[]; readonly now: number },
): RunEvent[] {
  const { events, now } = change;
  const written: RunEvent[] = [];
  let values: SQLInputValue[] = [];
  for (const encoded of events) {
    const { event, data, refs } = encoded;
    const seq = last + written.length + 1;
    values.push(n, seq, now, event.type, event.step ?? null, event.attempt ?? null, data, refs);
    if (refs !== null || encoded.named.length > 0) insertValues(db, run, encoded);
    written.push({ ...event, run, seq, at: now });
    if (written.length % mostRows !== 0 && written.length < events.length) continue;
    db.run(inserts[(written.length - 1) % mostRows] ?? '', ...values);
    values = [];
  }
  return written;
}

function insertValues(db: Database, run: RunId, { blobs, parts, named }: EncodedEvent): void {
  for (const { sha256, json } of parts) {
    db.run('INSERT INTO definition_part (sha256, json) VALUES (?, ?) ON CONFLICT DO NOTHING', sha256, json);
    db.run('INSERT INTO part_use (run, sha256) VALUES (?, ?) ON CONFLICT DO NOTHING', run, sha256);
  }
  for (const sha of [...blobs.map((blob) => blob.sha256), ...named])
    db.run('INSERT INTO blob_use (run, sha256) VALUES (?, ?) ON CONFLICT DO NOTHING', run, sha);
}
