// Who has taken runs, deliveries and names, and until when: one lease per holder, renewed by a beat. Frees what belonged to holders that are gone.
import { machineFault, messageOf, randomToken } from '../../support/index.ts';
import type { Clock, Logger } from '../../support/index.ts';
import type { Committer } from './committer.ts';
import type { Database } from './database.ts';
import { guarded } from './database.ts';
import { storeMessages } from './messages.ts';
import { rememberTime } from './remember-time.ts';

/** Without a beat for this long a holder counts as dead, and what it had goes to others. */
export const leaseMs = 30_000;
const beatMs = leaseMs / 3;
/** A delivery that was taken this often while its holder died each time is given up. */
const mostTakes = 10;

/**
 * One incarnation of a process on the store. Everything that it takes carries its id and an epoch of its own: once the lease has
 * expired anybody may free it, and the epoch, checked with each write, keeps out a holder that only slept.
 */
export interface Holder {
  readonly id: string;
  /** First in a transaction that takes something: frees what expired holders had, and makes sure that this holder's lease stands. */
  take(now: number): void;
  /** When the lease of another holder expires next; undefined when there is no other. */
  nextExpiry(): number | undefined;
  /** Calls back after each beat: the time to look whether what was taken is still held. */
  onBeat(listener: () => void): () => void;
  /** Gives back whatever is still held. */
  close(): Promise<void>;
}

/** What a holder needs. */
export interface HolderOptions {
  readonly db: Database;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly log: Logger;
  /** Asked first where something is taken; throws where nothing may be taken any more. */
  mayTake?(): void;
}

/** A new holder. It beats only while it holds something: an idle process writes nothing. */
export function createHolder({ db, committer, clock, log, mayTake }: HolderOptions): Holder {
  const id = `${process.pid}:${randomToken(9)}`;
  const listeners = new Set<() => void>();
  let stopBeat: (() => void) | undefined;
  let closed = false;

  function arm(): void {
    if (closed || stopBeat !== undefined) return;
    stopBeat = clock.after(beatMs, () => {
      stopBeat = undefined;
      void beat();
    });
  }

  async function beat(): Promise<void> {
    try {
      const holds = await committer.submit('renew the lease', () => renew(db, id, clock.now()));
      if (holds) arm();
    } catch (error) {
      if (!closed) log.warn({ error: messageOf(error) }, 'the lease could not be renewed; tried again');
      arm();
    }
    if (!tellAll(listeners, log)) arm();
  }

  return {
    id,
    take(now) {
      mayTake?.();
      // setting the timer twice, should the transaction run again, changes nothing
      arm();
      freeExpired(db, id, now);
      secure(db, id, now);
    },
    nextExpiry() {
      const at = guarded('read the leases', () =>
        db.get('SELECT min(lease_until) AS at FROM holder WHERE id <> ?', id),
      )?.['at'];
      return typeof at === 'number' ? at : undefined;
    },
    onBeat(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      stopBeat?.();
      await giveBack({ db, committer, log }, { id, now: clock.now() });
    },
  };
}

async function giveBack(
  { db, committer, log }: Pick<HolderOptions, 'db' | 'committer' | 'log'>,
  { id, now }: { readonly id: string; readonly now: number },
): Promise<void> {
  try {
    await committer.submit('give the lease back', () => {
      rememberTime(db, now);
      if (db.run('DELETE FROM holder WHERE id = ?', id) > 0) freeOrphans(db);
    });
  } catch (error) {
    // where the place itself is gone nothing is held any more
    if (machineFault(error) !== undefined)
      log.warn({ error: messageOf(error) }, 'what was held could not be given back; it is free when the lease expires');
  }
}

/** false: somebody could not look now, and looks at the next beat. */
function tellAll(listeners: ReadonlySet<() => void>, log: Logger): boolean {
  let isWell = true;
  for (const listener of listeners)
    try {
      listener();
    } catch (error) {
      isWell = false;
      log.warn({ error: messageOf(error) }, 'it could not be looked whether what was taken is still held');
    }
  return isWell;
}

/** Frees everything, whoever has it: for whoever knows that all holders are dead. */
export function freeAll(db: Database): void {
  db.run('BEGIN IMMEDIATE');
  db.run('DELETE FROM holder');
  freeOrphans(db);
  db.run('COMMIT');
}

function freeExpired(db: Database, me: string, now: number): void {
  if (db.get('SELECT 1 FROM holder WHERE lease_until <= ? AND id <> ?', now, me) === undefined) return;
  db.run('DELETE FROM holder WHERE lease_until <= ? AND id <> ?', now, me);
  freeOrphans(db);
}

/** A holder whose row somebody else removed lost what it had: epochs keep it out of that, and it may take anew. */
function secure(db: Database, id: string, now: number): void {
  if (db.get('SELECT 1 FROM holder WHERE id = ? AND lease_until > ?', id, now) !== undefined) return;
  db.run(
    'INSERT INTO holder (id, lease_until) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until',
    id,
    now + leaseMs,
  );
}

/** Whether anything is held; then the lease is longer. */
function renew(db: Database, id: string, now: number): boolean {
  const held = db.get(
    `SELECT 1 FROM run WHERE driver = ? UNION ALL SELECT 1 FROM inbox WHERE state = 'working' AND holder = ?
      UNION ALL SELECT 1 FROM lease WHERE holder = ? LIMIT 1`,
    id,
    id,
    id,
  );
  if (held === undefined) return false;
  return db.run('UPDATE holder SET lease_until = ? WHERE id = ?', now + leaseMs, id) === 1;
}

/** What belongs to nobody that is there is free. */
function freeOrphans(db: Database): void {
  const nobody = 'NOT IN (SELECT id FROM holder)';
  db.run(`UPDATE run SET driver = NULL, epoch = epoch + 1, runnable = 1 WHERE driver IS NOT NULL AND driver ${nobody}`);
  db.run(
    `UPDATE inbox SET state = 'dead', epoch = epoch + 1, last_error = ? WHERE state = 'working' AND attempts >= ? AND holder ${nobody}`,
    storeMessages.takenTooOften(mostTakes),
    mostTakes,
  );
  db.run(
    `UPDATE inbox SET state = 'new', epoch = epoch + 1, next_at = min(next_at, received_at) WHERE state = 'working' AND holder ${nobody}`,
  );
  db.run(`DELETE FROM lease WHERE holder ${nobody}`);
}
