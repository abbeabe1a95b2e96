// What changes a run, as statements inside a transaction that somebody else opened. Decides fencing; never waits, never notifies.
import type { RunEvent, RunSpec, RunStatus, SummaryPatch } from '../../engine/index.ts';
import type { RunId } from '../../support/index.ts';
import { claimLost } from './claim-lost.ts';
import { Refusal } from './committer.ts';
import type { Database } from './database.ts';
import type { EncodedEvent } from './event-codec.ts';
import { insertEvents, lastSeq } from './event-writes.ts';
import { insertRun, patchColumns } from './run-rows.ts';
import type { Statement } from './run-rows.ts';

/** What proves the right to drive: a statement with it changes nothing once the claim is gone. */
export interface ClaimKey {
  readonly run: RunId;
  /** The number of the run's row. */
  readonly n: number;
  readonly epoch: number;
  readonly driver: string;
}

/** For a statement over `run`: the claim still stands. Takes n, epoch and driver. */
export const underClaim = 'n = ? AND epoch = ? AND driver = ?';

/** For a statement over `run`: others may wait for a lock that it has, or for its turn. */
const mayHoldUp = '(lock_key IS NOT NULL OR EXISTS (SELECT 1 FROM run_lock WHERE run_lock.run = run.id))';

const selectClaimed = `SELECT ${lastSeq} AS seq FROM run WHERE ${underClaim}`;

/** The new run and its first event, which it gives; undefined when the id is there already. */
export function writeStart(
  db: Database,
  spec: RunSpec,
  { title, first, now }: { readonly title: string; readonly first: EncodedEvent; readonly now: number },
): RunEvent | undefined {
  const { sql, values } = insertRun(spec, title, now);
  const row = db.get(sql, ...values);
  if (row === undefined) return undefined;
  const [event] = insertEvents(db, { run: spec.id, n: Number(row['n']), lastSeq: 0 }, { events: [first], now });
  return event;
}

/** What an append changes. */
interface AppendChange {
  readonly events: readonly EncodedEvent[];
  readonly patch: SummaryPatch;
  readonly now: number;
}

/** Appends under the claim. Refuses with ClaimLost when it is fenced. */
export function writeAppend(db: Database, key: ClaimKey, change: AppendChange): RunEvent[] {
  if (!change.events.some(({ event }) => event.type === 'run.started'))
    return writeUnderClaim(db, key, { ...change, columns: patchColumns(change.patch) });
  const { sql, values } = patchColumns({ status: 'running', ...change.patch });
  const columns = { sql: `${sql}, started_at = coalesce(started_at, ?)`, values: [...values, change.now] };
  return writeUnderClaim(db, key, { ...change, columns });
}

/** The statement that changes the row tells where the journal ends; a row that stays as it is costs no page. */
function writeUnderClaim(
  db: Database,
  key: ClaimKey,
  { events, now, columns: { sql, values } }: Pick<AppendChange, 'events' | 'now'> & { readonly columns: Statement },
): RunEvent[] {
  const row =
    sql === ''
      ? db.get(selectClaimed, key.n, key.epoch, key.driver)
      : db.get(
          `UPDATE run SET ${sql.slice(2)} WHERE ${underClaim} RETURNING ${lastSeq} AS seq`,
          ...values,
          key.n,
          key.epoch,
          key.driver,
        );
  if (row === undefined) throw new Refusal(claimLost(key.run));
  return insertEvents(db, { run: key.run, n: key.n, lastSeq: Number(row['seq']) }, { events, now });
}

/** The number of the newest event. */
export function lastSeqOf(db: Database, { n }: ClaimKey): number {
  return Number(db.get('SELECT max(seq) AS seq FROM event WHERE run = ?', n)?.['seq'] ?? 0);
}

/** Whether the claim still stands. */
export function holdsClaim(db: Database, key: ClaimKey): boolean {
  return db.get(selectClaimed, key.n, key.epoch, key.driver) !== undefined;
}

/** What `post` did. */
export type Posted =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ended'; readonly seq: number }
  | { readonly kind: 'accepted'; readonly event: RunEvent };

/** Appends from outside and makes the run want driving. */
export function writePost(
  db: Database,
  run: RunId,
  { event, now }: { readonly event: EncodedEvent; readonly now: number },
): Posted {
  const row = db.get(`SELECT n, finished_at, ${lastSeq} AS seq FROM run WHERE id = ?`, run);
  if (row === undefined) return { kind: 'unknown' };
  const seq = Number(row['seq']);
  if (row['finished_at'] !== null) return { kind: 'ended', seq };
  const [written] = insertEvents(db, { run, n: Number(row['n']), lastSeq: seq }, { events: [event], now });
  if (written === undefined) return { kind: 'ended', seq };
  db.run('UPDATE run SET wake_at = NULL, runnable = 1 WHERE id = ? AND driver IS NULL', run);
  return { kind: 'accepted', event: written };
}

/** Parks unless something arrived after `seenSeq`. A wanted lock that is free by now makes the run ready again at once. */
export function writePark(
  db: Database,
  key: ClaimKey,
  change: {
    readonly seenSeq: number;
    readonly wakeAt: number | null;
    readonly patch: SummaryPatch;
    readonly wantedLock: string | null;
  },
): boolean {
  const columns = patchColumns(change.patch);
  const held = change.wantedLock !== null && !isFreeFor(db, key, change.wantedLock);
  const parked = db.run(
    `UPDATE run SET driver = NULL, claims = 0, runnable = ?, wake_at = ?, wanted_lock = ?${columns.sql}
      WHERE ${underClaim} AND ${lastSeq} = ?`,
    change.wantedLock !== null && !held ? 1 : 0,
    change.wakeAt,
    held ? change.wantedLock : null,
    ...columns.values,
    key.n,
    key.epoch,
    key.driver,
    change.seenSeq,
  );
  if (parked === 1) {
    if (change.patch.status === 'paused') letOthersPass(db, key.n);
    return true;
  }
  if (!holdsClaim(db, key)) throw new Refusal(claimLost(key.run));
  return false;
}

/** The last event, the end of the run and of its locks: runs that wait for one of them become ready. undefined: something arrived after `seenSeq`. */
export function writeFinish(
  db: Database,
  key: ClaimKey,
  change: {
    readonly status: RunStatus;
    readonly event: EncodedEvent;
    readonly patch: SummaryPatch;
    readonly now: number;
    readonly seenSeq: number;
  },
): RunEvent | undefined {
  const { sql, values } = patchColumns({ ...reasonOf(change.event), ...change.patch, status: change.status });
  const ended = 'finished_at = ?, driver = NULL, runnable = 0, wake_at = NULL, wanted_lock = NULL';
  const finished = db.get(
    `UPDATE run SET ${ended}${sql} WHERE ${underClaim} AND ${lastSeq} = ? RETURNING ${mayHoldUp} AS may_hold_up`,
    change.now,
    ...values,
    key.n,
    key.epoch,
    key.driver,
    change.seenSeq,
  );
  if (finished === undefined) {
    if (!holdsClaim(db, key)) throw new Refusal(claimLost(key.run));
    return undefined;
  }
  const target = { run: key.run, n: key.n, lastSeq: change.seenSeq };
  const [event] = insertEvents(db, target, { events: [change.event], now: change.now });
  if (finished['may_hold_up'] === 1) freeLocks(db, key.run);
  return event;
}

/** Takes the lock for the run; false when another unfinished run has it, or comes before this one in the line for it. */
export function writeLock(
  db: Database,
  key: ClaimKey,
  { name, now }: { readonly name: string; readonly now: number },
): boolean {
  if (!holdsClaim(db, key)) throw new Refusal(claimLost(key.run));
  if (!isFreeFor(db, key, name)) return false;
  db.run('INSERT INTO run_lock (key, run, at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING', name, key.run, now);
  return db.get('SELECT run FROM run_lock WHERE key = ?', name)?.['run'] === key.run;
}

/** A run that is paused before it began leaves the line: who waits behind it looks again. */
function letOthersPass(db: Database, n: number): void {
  db.run(
    `UPDATE run SET runnable = 1, wake_at = NULL, wanted_lock = NULL WHERE driver IS NULL AND wanted_lock IS NOT NULL AND
      wanted_lock = (SELECT lock_key FROM run WHERE n = ? AND started_at IS NULL)`,
    n,
  );
}

/** Whether the run may have the lock now: nobody else has it, and nobody who waits for it comes first. */
function isFreeFor(db: Database, key: ClaimKey, name: string): boolean {
  const owner = db.get('SELECT run FROM run_lock WHERE key = ?', name)?.['run'];
  if (owner !== undefined) return owner === key.run;
  // a paused run lets the others pass
  const first = db.get(
    `SELECT 1 FROM run other, run mine WHERE mine.n = ? AND other.lock_key = ? AND other.n <> mine.n
      AND other.finished_at IS NULL AND other.started_at IS NULL AND other.status = 'queued'
      AND (-other.priority, other.created_at, other.id) < (-mine.priority, mine.created_at, mine.id) LIMIT 1`,
    key.n,
    name,
  );
  return first === undefined;
}

/** Ends the claim without parking: the run is ready at once, or at `wakeAt`. `forgive`: not counted towards poison. */
export function writeGiveBack(
  db: Database,
  key: ClaimKey,
  { wakeAt, forgive }: { readonly wakeAt: number | null; readonly forgive: boolean },
): void {
  db.run(
    `UPDATE run SET driver = NULL, epoch = epoch + 1, runnable = ?, wake_at = ?, claims = CASE WHEN ? THEN 0 ELSE claims END
      WHERE ${underClaim}`,
    wakeAt === null ? 1 : 0,
    wakeAt,
    forgive ? 1 : 0,
    key.n,
    key.epoch,
    key.driver,
  );
}

/** Runs that wait for a lock of this run become ready. */
function freeLocks(db: Database, run: RunId): void {
  db.run(
    `UPDATE run SET runnable = 1, wake_at = NULL, wanted_lock = NULL WHERE driver IS NULL AND
      (wanted_lock IN (SELECT key FROM run_lock WHERE run = ?) OR wanted_lock = (SELECT lock_key FROM run WHERE id = ?))`,
    run,
    run,
  );
  db.run('DELETE FROM run_lock WHERE run = ?', run);
}

function reasonOf({ event }: EncodedEvent): SummaryPatch {
  return event.type === 'run.finished' ? { reason: event.data.reason } : {};
}
