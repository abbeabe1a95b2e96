// Which runs are driven next: rounds of claiming, inside a transaction that somebody else opened. Never drives.
import type { NewEvent, RunEvent } from '../../engine/index.ts';
import type { RunId } from '../../support/index.ts';
import type { Database } from './database.ts';
import type { EncodedEvent } from './event-codec.ts';
import { lastSeq } from './event-writes.ts';
import { storeMessages } from './messages.ts';
import { writeFinish } from './run-writes.ts';
import type { ClaimKey } from './run-writes.ts';
import type { ServeOptions } from '../ports/store.ts';

/** Claimed this many times without a new event: the run is poison. */
const poisonClaims = 5;

/** Frees the runs of a driver that died. */
export function freeDriven(db: Database): number {
  return db.run('UPDATE run SET driver = NULL, epoch = epoch + 1, runnable = 1 WHERE driver IS NOT NULL');
}

/** What a round of claiming gave. */
export interface ClaimRound {
  readonly claimed: readonly { readonly key: ClaimKey; readonly claims: number }[];
  readonly poisoned: readonly RunEvent[];
}

/** Claims up to `count` runs that want driving, by priority, then age. Runs that never get any further are ended as failed. */
export function writeClaims(
  db: Database,
  request: Omit<ServeOptions, 'concurrency'> & {
    readonly driver: string;
    readonly count: number;
    readonly now: number;
  },
  encode: (event: NewEvent) => EncodedEvent,
): ClaimRound {
  const { driver, now } = request;
  db.run(
    'UPDATE run SET runnable = 1, wake_at = NULL WHERE wake_at IS NOT NULL AND wake_at <= ? AND driver IS NULL',
    now,
  );
  const claimed: { key: ClaimKey; claims: number }[] = [];
  const poisoned: RunEvent[] = [];
  while (claimed.length < request.count) {
    const row = nextReady(db, request);
    if (row === undefined) break;
    // The id column holds run ids only.
    const run = row['id'] as RunId;
    const stuck = row['seq'] === row['claimed_seq'] ? Number(row['claims']) : 0;
    const epoch = Number(row['epoch']) + 1;
    db.run(
      `UPDATE run SET driver = ?, epoch = ?, runnable = 0, wake_at = NULL, wanted_lock = NULL, claims = ?, claimed_seq = ${lastSeq}
        WHERE id = ?`,
      driver,
      epoch,
      stuck + 1,
      run,
    );
    const key: ClaimKey = { run, n: Number(row['n']), epoch, driver };
    if (stuck >= poisonClaims) poisoned.push(writePoison(db, key, stuck, { encode, now }));
    else claimed.push({ key, claims: stuck + 1 });
  }
  return { claimed, poisoned };
}

/** When the next parked run wants to be woken. */
export function nextWake(db: Database): number | undefined {
  const at = db.get('SELECT min(wake_at) AS at FROM run WHERE wake_at IS NOT NULL')?.['at'];
  return typeof at === 'number' ? at : undefined;
}

function writePoison(
  db: Database,
  key: ClaimKey,
  claims: number,
  with_: { readonly encode: (event: NewEvent) => EncodedEvent; readonly now: number },
): RunEvent {
  const reason = storeMessages.poison(claims);
  const event = with_.encode({ type: 'run.finished', data: { status: 'failed', reason, outputs: {} } });
  return writeFinish(db, key, {
    status: 'failed',
    event,
    patch: { reason, currentSteps: [] },
    now: with_.now,
  });
}

function nextReady(
  db: Database,
  { perRepository, only }: Pick<ServeOptions, 'perRepository' | 'only'>,
): ReturnType<Database['get']> {
  const wanted = only === undefined ? [] : [...only];
  const mine = only === undefined ? '' : `AND id IN (${wanted.map(() => '?').join(', ')})`;
  const columns = `SELECT n, id, ${lastSeq} AS seq, epoch, claims, claimed_seq FROM run WHERE runnable = 1 ${mine}`;
  const order = 'ORDER BY priority DESC, created_at, id LIMIT 1';
  if (perRepository === undefined) return db.get(`${columns} ${order}`, ...wanted);
  return db.get(
    `${columns} AND (repository_id IS NULL OR
      (SELECT count(*) FROM run other WHERE other.driver IS NOT NULL AND other.repository_id = run.repository_id) < ?) ${order}`,
    ...wanted,
    perRepository,
  );
}
