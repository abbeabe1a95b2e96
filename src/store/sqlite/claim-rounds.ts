// Which runs are driven next: rounds of claiming, inside a transaction that somebody else opened. Never drives.
import type { NewEvent, RunEvent } from '../../engine/index.ts';
import type { RunId } from '../../support/index.ts';
import type { Database } from './database.ts';
import type { EncodedEvent } from './event-codec.ts';
import { lastSeq } from './event-writes.ts';
import type { Holder } from './holders.ts';
import { storeMessages } from './messages.ts';
import { writeFinish } from './run-writes.ts';
import type { ClaimKey } from './run-writes.ts';
import type { ServeOptions } from '../ports/store.ts';

/** Claimed this many times without a new event: the run is poison. */
const poisonClaims = 5;

/** What a round of claiming gave. */
export interface ClaimRound {
  readonly claimed: readonly { readonly key: ClaimKey; readonly claims: number }[];
  readonly poisoned: readonly RunEvent[];
}

/** Claims up to `count` runs that want driving, by priority, then age. Runs that never get any further are ended as failed. */
export function writeClaims(
  db: Database,
  request: Omit<ServeOptions, 'concurrency'> & {
    readonly holder: Holder;
    readonly count: number;
    readonly now: number;
  },
  encode: (event: NewEvent) => EncodedEvent,
): ClaimRound {
  const { holder, now } = request;
  holder.take(now);
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
      holder.id,
      epoch,
      stuck + 1,
      run,
    );
    const key: ClaimKey = { run, n: Number(row['n']), epoch, driver: holder.id };
    if (stuck < poisonClaims) claimed.push({ key, claims: stuck + 1 });
    else {
      const end = writePoison(db, key, { claims: stuck, seenSeq: Number(row['seq']), encode, now });
      if (end !== undefined) poisoned.push(end);
    }
  }
  return { claimed, poisoned };
}

/** When the next parked run wants to be woken, or what another holder drives may be free. */
export function nextWake(db: Database, holder: Holder): number | undefined {
  const at = db.get('SELECT min(wake_at) AS at FROM run WHERE wake_at IS NOT NULL')?.['at'];
  const all = [at, holder.nextExpiry()].filter((time) => typeof time === 'number');
  return all.length === 0 ? undefined : Math.min(...all);
}

function writePoison(
  db: Database,
  key: ClaimKey,
  found: {
    readonly claims: number;
    readonly seenSeq: number;
    readonly encode: (event: NewEvent) => EncodedEvent;
    readonly now: number;
  },
): RunEvent | undefined {
  const reason = storeMessages.poison(found.claims);
  const event = found.encode({ type: 'run.finished', data: { status: 'failed', reason, outputs: {} } });
  return writeFinish(db, key, {
    status: 'failed',
    event,
    patch: { reason, currentSteps: [] },
    seenSeq: found.seenSeq,
    now: found.now,
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
