// Reads a backup back into a data directory where nothing is kept: looked through as a whole before anything is in its place.
import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isPackName } from '../../git/index.ts';
import { receiveStore } from '../../store/index.ts';
import type { Receiving } from '../../store/index.ts';
import { isObject, TroupeError } from '../../support/index.ts';
import { storeIn } from '../common/data-dir.ts';
import { backupFormat, headName, manifestName, readHead, readManifest } from './manifest.ts';
import type { BackupHead, BackupManifest } from './manifest.ts';
import { archiveMessages } from './messages-archive.ts';
import { nextEntry } from './tar.ts';
import { createPause } from './write-backup.ts';

/** What is restored, and where to. Paths are absolute. */
export interface RestoreWish {
  readonly file: string;
  readonly dataDir: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Told how far it is. */
  tell(line: string): void;
}

/** Throws `cli/not-a-backup`, `cli/newer-backup`, `cli/damaged-backup`, `store/not-empty`, `store/owned`, `store/newer`: then nothing has changed. */
export async function readBackup(wish: RestoreWish): Promise<BackupManifest> {
  const archive = await openBackup(wish.file);
  try {
    const { head, next } = await headOf(archive, wish.file);
    const receiving = await receiveStore(storeIn(wish.dataDir), { format: head.store_format });
    try {
      const manifest = await unpack({ ...wish, archive, receiving }, next);
      await receiving.commit({ madeAt: Date.parse(manifest.made_at), now: wish.now });
      return manifest;
    } catch (error) {
      await receiving.discard();
      throw error;
    }
  } finally {
    await archive.close();
  }
}

/** Texts of a backup are small; one that says to be larger is no backup. */
const mostTextBytes = 256 * 1024 * 1024;
const mostHeadBytes = 64 * 1024;

async function openBackup(file: string): Promise<FileHandle> {
  try {
    const archive = await open(file, 'r');
    if ((await archive.stat()).isFile()) return archive;
    await archive.close();
  } catch (error) {
    if (!isObject(error) || !['ENOENT', 'EISDIR', 'ENOTDIR'].includes(String(error['code']))) throw error;
  }
  throw new TroupeError('cli/not-a-file', archiveMessages.notAFile(file), {
    class: 'config',
    hint: archiveMessages.notAFileHint,
  });
}

async function headOf(
  archive: FileHandle,
  file: string,
): Promise<{ readonly head: BackupHead; readonly next: number }> {
  const entry = await nextEntry(archive, 0);
  const isHead = entry !== 'end' && entry?.name === headName && entry.size <= mostHeadBytes;
  const head = isHead ? readHead(await textAt(archive, entry)) : undefined;
  if (!isHead || head === undefined)
    throw new TroupeError('cli/not-a-backup', archiveMessages.notABackup(file), {
      class: 'config',
      hint: archiveMessages.notABackupHint,
    });
  if (head.backup_format > backupFormat)
    throw new TroupeError('cli/newer-backup', archiveMessages.newer(file, head.troupe), {
      class: 'config',
      hint: archiveMessages.newerHint,
    });
  return { head, next: entry.next };
}

interface Unpacking extends RestoreWish {
  readonly archive: FileHandle;
  readonly receiving: Receiving;
}

/** All files to where the store takes them, and the manifest they were held against. */
async function unpack(unpacking: Unpacking, from: number): Promise<BackupManifest> {
  const { archive, file, receiving } = unpacking;
  const found = new Map<string, { readonly bytes: number; readonly sha256: string }>();
  const all = (await archive.stat()).size;
  const isTimeToTell = createPause(2_000);
  let manifest: BackupManifest | undefined;
  for (let at = from; ;) {
    const entry = await nextEntry(archive, at);
    if (entry === undefined) throw damaged(file, archiveMessages.cut);
    if (entry === 'end') break;
    if (manifest !== undefined) throw damaged(file, archiveMessages.strange(entry.name));
    if (entry.name === manifestName && entry.size <= mostTextBytes) {
      manifest = readManifest(await textAt(archive, entry));
      if (manifest === undefined) throw damaged(file, archiveMessages.changed(manifestName));
    } else {
      if (!isKnownName(entry.name, receiving)) throw damaged(file, archiveMessages.strange(entry.name));
      if (found.has(entry.name)) throw damaged(file, archiveMessages.twice(entry.name));
      found.set(entry.name, await extract(unpacking, entry));
    }
    at = entry.next;
    if (isTimeToTell()) unpacking.tell(archiveMessages.restoring(at, all));
  }
  if (manifest === undefined) throw damaged(file, archiveMessages.cut);
  requireSame(file, manifest, found);
  return manifest;
}

function isKnownName(name: string, { takes }: Receiving): boolean {
  const pack = name.startsWith('git/brought/') ? name.slice('git/brought/'.length) : undefined;
  return pack === undefined ? takes(name) : isPackName(pack);
}

function requireSame(
  file: string,
  { files }: BackupManifest,
  found: ReadonlyMap<string, { readonly bytes: number; readonly sha256: string }>,
): void {
  for (const { name, bytes, sha256 } of files) {
    const there = found.get(name);
    if (there === undefined) throw damaged(file, archiveMessages.missing(name));
    if (there.bytes !== bytes || there.sha256 !== sha256) throw damaged(file, archiveMessages.changed(name));
  }
  const named = new Set(files.map(({ name }) => name));
  for (const name of found.keys()) if (!named.has(name)) throw damaged(file, archiveMessages.strange(name));
}

interface Place {
  readonly name: string;
  readonly size: number;
  readonly begins: number;
}

const chunkBytes = 1024 * 1024;

async function extract(
  { archive, file, receiving }: Unpacking,
  { name, size, begins }: Place,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const path = join(receiving.folder, name);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const target = await open(path, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.alloc(Math.min(chunkBytes, Math.max(1, size)));
    for (let done = 0; done < size;) {
      const { bytesRead } = await archive.read(buffer, 0, Math.min(buffer.length, size - done), begins + done);
      if (bytesRead === 0) throw damaged(file, archiveMessages.cut);
      hash.update(buffer.subarray(0, bytesRead));
      await target.writeFile(buffer.subarray(0, bytesRead));
      done += bytesRead;
    }
    await target.sync();
    return { bytes: size, sha256: hash.digest('hex') };
  } finally {
    await target.close();
  }
}

async function textAt(archive: FileHandle, { size, begins }: Omit<Place, 'name'>): Promise<string> {
  // a size that was tampered with takes no more memory than the file is long
  const bytes = Math.min(size, (await archive.stat()).size);
  const { buffer, bytesRead } = await archive.read(Buffer.alloc(bytes), 0, bytes, begins);
  return buffer.toString('utf8', 0, bytesRead);
}

function damaged(file: string, why: string): TroupeError {
  return new TroupeError('cli/damaged-backup', archiveMessages.damaged(file, why), {
    hint: archiveMessages.damagedHint,
  });
}
