// Puts a copy where a data directory shall be: into a folder beside, looked through, then in its place. All or nothing.
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TroupeError, processClock } from '../../support/index.ts';
import type { Receiving, StoreCopy } from '../ports/store.ts';
import { guarded, openDatabase } from '../sqlite/database.ts';
import { storeMessages } from '../sqlite/messages.ts';
import { refuseNewer, versionOf } from '../sqlite/migrations.ts';
import { syncFolder } from './blobs.ts';
import { isCopiedName } from './copy.ts';
import { filesIn } from './data-directory.ts';
import { takeOwnership } from './owner.ts';
import { quickCheck } from './quick-check.ts';
import { writeRestored } from './restored.ts';

/** What lies here is not the store yet. */
const making = '.restoring';
/** Made by whoever looked who drives, and by file systems. */
const meansNothing = new Set(['owner.lock', 'owner.json', 'lost+found']);

/** Throws `store/not-empty`, `store/owned`, `store/unavailable`. What a restore that was killed has left is thrown away. */
export async function receiveDirectory(directory: string, { format }: Pick<StoreCopy, 'format'>): Promise<Receiving> {
  refuseNewer('the backup', format);
  const wasThere = existsSync(directory);
  if (wasThere) refuseKept(directory);
  guarded(`make ${directory}`, () => mkdirSync(directory, { recursive: true, mode: 0o700 }));
  const before = new Set(readdirSync(directory));
  const ownership = takeOwnership(directory, 'troupe restore', processClock.now());
  const folder = join(directory, making);
  async function discard(): Promise<void> {
    rmSync(folder, { recursive: true, force: true });
    ownership.release();
    if (!before.has('owner.lock')) rmSync(join(directory, 'owner.lock'), { force: true });
    if (!wasThere) rmdirSync(directory);
  }
  try {
    guarded(`write to ${directory}`, () => {
      if (before.has(making)) removeUnfinished(directory);
      mkdirSync(folder, { mode: 0o700 });
    });
  } catch (error) {
    ownership.release();
    throw error;
  }
  return {
    folder,
    takes: isCopiedName,
    discard,
    async commit({ madeAt, now }) {
      const { database } = filesIn(folder);
      await quickCheck(database);
      markRestored(database, { madeAt, at: now });
      await guardedMove(directory, folder);
      ownership.release();
    },
  };
}

/** Throws where a restore was killed: what it had not put there yet would be missing. */
export function refuseHalfRestored(directory: string): void {
  const folder = join(directory, making);
  if (!existsSync(folder) || existsSync(filesIn(directory).database)) return;
  throw new TroupeError('store/half-restored', storeMessages.halfRestored(directory), {
    class: 'config',
    hint: storeMessages.halfRestoredHint(folder),
  });
}

function refuseKept(directory: string): void {
  const names = guarded(`read ${directory}`, () => readdirSync(directory));
  const isUnfinished = names.includes(making) && !existsSync(filesIn(directory).database);
  const kept = names.filter((name) => !meansNothing.has(name) && !(isUnfinished && isOfCopy(name)));
  if (kept.length === 0) return;
  throw new TroupeError('store/not-empty', storeMessages.notEmpty(directory, kept), {
    class: 'config',
    hint: storeMessages.notEmptyHint,
  });
}

const folders = ['blobs', 'desk', 'git'] as const;

function isOfCopy(name: string): boolean {
  return name === making || folders.some((folder) => folder === name);
}

function removeUnfinished(directory: string): void {
  for (const name of [...folders, making]) rmSync(join(directory, name), { recursive: true, force: true });
}

function markRestored(database: string, restored: { readonly madeAt: number; readonly at: number }): void {
  const db = openDatabase(database, { readOnly: false, busyTimeoutMs: 1_000 });
  try {
    guarded(`read ${database}`, () => refuseNewer(database, versionOf(db)));
    guarded(`write to ${database}`, () => {
      writeRestored(db, restored);
      // what is moved is one file
      db.raw.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      db.raw.exec('PRAGMA journal_mode = DELETE');
    });
  } finally {
    db.close();
  }
}

/** The database last: without it nothing is kept here, and nobody begins beside what is half there. */
async function guardedMove(directory: string, folder: string): Promise<void> {
  guarded(`write to ${directory}`, () => {
    for (const name of folders)
      if (existsSync(join(folder, name))) renameSync(join(folder, name), join(directory, name));
  });
  await syncFolder(directory);
  guarded(`write to ${directory}`, () => {
    renameSync(filesIn(folder).database, filesIn(directory).database);
    rmSync(folder, { recursive: true, force: true });
  });
  await syncFolder(directory);
}
