// Who drives the runs of a data directory: one process, for its life. The operating system frees the lock of a dead one.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isObject, messageOf, TroupeError } from '../../support/index.ts';
import { guarded, makePrivate } from '../sqlite/database.ts';
import { storeMessages } from '../sqlite/messages.ts';
import type { OwnerInfo } from '../ports/store.ts';

/** The lock of a data directory while it is held. */
export interface Ownership {
  readonly info: OwnerInfo;
  release(): void;
}

/** Takes the lock. Throws `store/owned`, naming the holder, when another process has it. */
export function takeOwnership(dataDir: string, what: string, now: number): Ownership {
  const lock = join(dataDir, 'owner.lock');
  const db = guarded(`open the lock in ${dataDir}`, () => {
    makePrivate(lock);
    return new DatabaseSync(lock);
  });
  try {
    db.exec('PRAGMA journal_mode = DELETE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (!isBusy(error)) throw guarded(`lock ${dataDir}`, () => raise(error));
    throw new TroupeError('store/owned', storeMessages.owned(dataDir, liveOwner(dataDir)), {
      class: 'config',
      hint: storeMessages.ownedHint,
    });
  }
  const info: OwnerInfo = { pid: process.pid, host: hostname(), what, since: now };
  const file = join(dataDir, 'owner.json');
  guarded(`write ${file}`, () => writeFileSync(file, `${JSON.stringify(info)}\n`, { mode: 0o600 }));
  function release(): void {
    process.off('exit', release);
    if (!db.isOpen) return;
    rmSync(file, { force: true });
    db.exec('ROLLBACK');
    db.close();
  }
  // Also keeps the connection from being collected as garbage, which would drop the lock.
  process.on('exit', release);
  return { info, release };
}

/** Who holds the data directory, as far as it says; a dead process's note may remain. */
export function readOwner(dataDir: string): OwnerInfo | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(dataDir, 'owner.json'), 'utf8'));
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
