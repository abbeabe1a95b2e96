// Who drives the runs of a data directory: one process, for its life. The operating system frees the lock of a dead one.
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isObject, messageOf, parseJson, TroupeError } from '../../support/index.ts';
import { guarded, isDamage, makePrivate } from '../sqlite/database.ts';
import { storeMessages } from '../sqlite/messages.ts';
import type { OwnerInfo } from '../ports/store.ts';

/** The lock of a data directory while it is held. */
export interface Ownership {
  readonly info: OwnerInfo;
  /** The file that is locked. */
  readonly lock: string;
  release(): void;
}

/** Takes the lock. Throws `store/owned`, naming the holder, when another process has it. */
export function takeOwnership(dataDir: string, what: string, now: number): Ownership {
  const lock = join(dataDir, 'owner.lock');
  const db = lockOf(dataDir, lock);
  const info: OwnerInfo = { pid: process.pid, host: hostname(), what, since: now };
  const file = join(dataDir, 'owner.json');
  guarded(`write ${file}`, () => writeFileSync(file, `${JSON.stringify(info)}\n`, { mode: 0o600 }));
  function release(): void {
    process.off('exit', release);
    if (!db.isOpen) return;
    // the note of whoever took over stays
    if (isOwn(file, info, dataDir)) rmSync(file, { force: true });
    db.exec('ROLLBACK');
    db.close();
  }
  // Also keeps the connection from being collected as garbage, which would drop the lock.
  process.on('exit', release);
  return { info, lock, release };
}

/** The connection that holds the lock. What lies in the file means nothing: garbage that nobody holds is thrown away. */
function lockOf(dataDir: string, lock: string): DatabaseSync {
  try {
    return locked(dataDir, lock);
  } catch (error) {
    if (!isDamage(error)) throw error;
    // in place: whoever locks the file meanwhile keeps its lock
    guarded(`open the lock in ${dataDir}`, () => truncateSync(lock));
    return guarded(`lock ${dataDir}`, () => locked(dataDir, lock));
  }
}

function locked(dataDir: string, lock: string): DatabaseSync {
  const db = guarded(`open the lock in ${dataDir}`, () => {
    makePrivate(lock);
    return new DatabaseSync(lock);
  });
  try {
    db.exec('PRAGMA journal_mode = DELETE');
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    if (isDamage(error)) throw error;
    if (!isBusy(error)) throw guarded(`lock ${dataDir}`, () => raise(error));
    throw new TroupeError('store/owned', storeMessages.owned(dataDir, liveOwner(dataDir)), {
      class: 'config',
      hint: storeMessages.ownedHint,
    });
  }
}

function isOwn(file: string, info: OwnerInfo, dataDir: string): boolean {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return false;
  const noted = readOwner(dataDir);
  return noted === undefined || (noted.pid === info.pid && noted.since === info.since && noted.host === info.host);
}

/** Who holds the data directory, as far as it says; a dead process's note may remain. */
export function readOwner(dataDir: string): OwnerInfo | undefined {
  try {
    const parsed: unknown = parseJson(readFileSync(join(dataDir, 'owner.json'), 'utf8'));
    if (!isObject(parsed)) return undefined;
    const { pid, host, what, since } = parsed;
    if (typeof pid !== 'number' || typeof since !== 'number') return undefined;
    return { pid, host: String(host), what: String(what), since };
  } catch {
    return undefined;
  }
}

/** The note of a dead process says nothing about the one that has the lock now and is about to write its own. */
function liveOwner(dataDir: string): OwnerInfo | undefined {
  const owner = readOwner(dataDir);
  if (owner === undefined || owner.host !== hostname()) return owner;
  try {
    process.kill(owner.pid, 0);
    return owner;
  } catch (error) {
    return isObject(error) && error['code'] === 'EPERM' ? owner : undefined;
  }
}

function isBusy(error: unknown): boolean {
  return /database is locked/.test(messageOf(error)) || (isObject(error) && error['errcode'] === 5);
}

function raise(error: unknown): never {
  throw error;
}
