// Large values as files named by their sha256. A file is whole or not there. Never deletes what an unfinished run uses.
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isObject, sha256, TroupeError } from '../../support/index.ts';
import type { Clock } from '../../support/index.ts';
import { asUnavailable } from '../sqlite/database.ts';
import { storeMessages } from '../sqlite/messages.ts';
import type { Blobs } from '../ports/blobs.ts';

/** What the blob store needs. */
export interface BlobsOptions {
  readonly dir: string;
  readonly clock: Clock;
  /** Told of each write: what failed, undefined where it is on disk. */
  told?(failure: unknown): void;
  /** Whether something that is kept longer still needs the blob. */
  isUsed(sha256: string, before: number): boolean;
}

/** Blobs as files under `dir`. */
export function createBlobs(options: BlobsOptions): Blobs {
  const { dir, clock } = options;
  return {
    async put(bytes) {
      const name = sha256(bytes);
      const file = fileOf(dir, name);
      try {
        if (!(await touch(file, clock.now()))) {
          await writeWhole(file, bytes);
          await utimes(file, clock.now() / 1_000, clock.now() / 1_000);
        }
        // whoever wrote it may not have come so far
        await syncFolder(dirname(file));
        await syncFolder(dir);
        options.told?.(undefined);
        return name;
      } catch (error) {
        options.told?.(error);
        throw asUnavailable('store a large value', error);
      }
    },
    async get(name) {
      const bytes = await readOrNothing(fileOf(dir, name));
      if (bytes === undefined || sha256(bytes) === name) return bytes;
      throw new TroupeError('store/damaged', storeMessages.damagedBlob(name), { hint: storeMessages.damagedBlobHint });
    },
    async purge(before) {
      let removed = 0;
      for (const file of await files(dir)) {
        const name = basename(file);
        // A half-written file of a process that died has no use.
        if (!name.endsWith('.tmp') && options.isUsed(name, before)) continue;
        if ((await stat(file)).mtimeMs >= before) continue;
        await rm(file, { force: true });
        removed += 1;
      }
      return removed;
    },
  };
}

function fileOf(dir: string, name: string): string {
  return /^[0-9a-f]{64}$/.test(name) ? join(dir, name.slice(0, 2), name) : join(dir, 'none');
}

async function touch(file: string, now: number): Promise<boolean> {
  try {
    await access(file, constants.R_OK);
    await utimes(file, now / 1_000, now / 1_000);
    return true;
  } catch (error) {
    if (isObject(error) && error['code'] === 'ENOENT') return false;
    throw error;
  }
}

async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(file);
  await makeFolder(folder);
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Only this one: a data directory that is gone is not made again from here. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (!isObject(error) || error['code'] !== 'EEXIST') throw error;
  }
}

/** A rename is on disk only once its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readOrNothing(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (isObject(error) && error['code'] === 'ENOENT') return undefined;
    throw asUnavailable('read a large value', error);
  }
}

async function files(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /^[0-9a-f]{64}(\.[0-9a-f]+\.tmp)?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}
