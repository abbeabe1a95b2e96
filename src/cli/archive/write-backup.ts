// Writes a backup: one tar file, whole or not there. Reads beside a running bot and changes nothing of its data.
import { createHash } from 'node:crypto';
import { chmod, link, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { packUnpushed } from '../../git/index.ts';
import { copyStore } from '../../store/index.ts';
import type { CopiedFile } from '../../store/index.ts';
import { createRedactor, isObject, isoTime, TroupeError } from '../../support/index.ts';
import { storeIn } from '../common/data-dir.ts';
import { backupFormat, headName, manifestName } from './manifest.ts';
import type { BackupHead, BackupManifest } from './manifest.ts';
import { archiveMessages } from './messages-archive.ts';
import { padding, tarEnd, tarHeader } from './tar.ts';

/** What is backed up, and where to. Paths are absolute. */
export interface BackupWish {
  readonly dataDir: string;
  readonly file: string;
  /** Write over a file that is there. */
  readonly force: boolean;
  /** Of this Troupe. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Told how far it is. */
  tell(line: string): void;
}

/** What was written. */
export interface BackupDone {
  readonly bytes: number;
  readonly manifest: BackupManifest;
  /** Values of the store that are not what they were. */
  readonly warnings: readonly string[];
}

/** Throws `cli/backup-exists`, `cli/no-backup-folder`, and what reading the store throws. Nothing is left of what fails. */
export async function writeBackup(wish: BackupWish): Promise<BackupDone> {
  await requireFree(wish);
  await removeLeft(wish.file);
  const staging = `${wish.file}.${process.pid}.making`;
  await mkdir(staging, { mode: 0o700 });
  try {
    const made = await writeInto(staging, wish);
    await publish(join(staging, 'backup'), wish);
    return made;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function writeInto(staging: string, wish: BackupWish): Promise<BackupDone> {
  wish.tell(archiveMessages.copying);
  const copy = await copyStore(storeIn(wish.dataDir), staging);
  const work = await packUnpushed(join(wish.dataDir, 'git'), copy.commits, { redactor: createRedactor([]) });
  const packs: CopiedFile[] = [];
  for (const { name, pack } of work) {
    await writeFile(join(staging, name), pack, { mode: 0o600 });
    packs.push({ name: `git/brought/${name}`, path: join(staging, name) });
  }
  const head: BackupHead = {
    kind: 'troupe backup',
    backup_format: backupFormat,
    troupe: wish.version,
    store_format: copy.format,
    made_at: isoTime(wish.now),
  };
  const file = await open(join(staging, 'backup'), 'wx', 0o600);
  try {
    const archive = createArchive(file, wish.now);
    await archive.addText(headName, JSON.stringify(head));
    const added = await addAll(archive, [...copy.files, ...packs], wish);
    const manifest: BackupManifest = { ...head, files: added.files };
    await archive.addText(manifestName, JSON.stringify(manifest));
    const bytes = await archive.end();
    await file.sync();
    return { bytes, manifest, warnings: added.warnings };
  } finally {
    await file.close();
  }
}

async function addAll(
  archive: Archive,
  files: readonly CopiedFile[],
  { tell }: BackupWish,
): Promise<{ readonly files: BackupManifest['files']; readonly warnings: readonly string[] }> {
  const added: BackupManifest['files'] = [];
  const warnings: string[] = [];
  const all = await bytesOf(files);
  const isTimeToTell = createPause(tellEveryMs);
  for (const { name, path } of files) {
    const told = (): void => {
      if (isTimeToTell()) tell(archiveMessages.written(archive.written(), all));
    };
    const entry = await archive.addFile(name, path, told);
    // a large value whose time was over meanwhile: nothing that goes on refers to it
    if (entry === undefined) continue;
    added.push(entry);
    if (name.startsWith('blobs/') && basename(name) !== entry.sha256) warnings.push(archiveMessages.damagedValue(name));
  }
  return { files: added, warnings };
}

/** A tar file that grows. */
interface Archive {
  addText(name: string, text: string): Promise<void>;
  /** undefined where it is not there any more. */
  addFile(name: string, path: string, told: () => void): Promise<BackupManifest['files'][number] | undefined>;
  /** Bytes until now. */
  written(): number;
  end(): Promise<number>;
}

const chunkBytes = 1024 * 1024;

function createArchive(file: FileHandle, at: number): Archive {
  let written = 0;
  async function write(bytes: Uint8Array): Promise<void> {
    await file.writeFile(bytes);
    written += bytes.length;
  }
  return {
    async addText(name, text) {
      const bytes = Buffer.from(text);
      await write(Buffer.concat([tarHeader({ name, size: bytes.length }, at), bytes, padding(bytes.length)]));
    },
    async addFile(name, path, told) {
      const source = await openOrNothing(path);
      if (source === undefined) return undefined;
      try {
        const { size } = await source.stat();
        const hash = createHash('sha256');
        await write(tarHeader({ name, size }, at));
        const buffer = Buffer.alloc(Math.min(chunkBytes, Math.max(1, size)));
        let done = 0;
        for (;;) {
          const { bytesRead } = await source.read(buffer, 0, buffer.length, done);
          if (bytesRead === 0) break;
          hash.update(buffer.subarray(0, bytesRead));
          await write(buffer.subarray(0, bytesRead));
          done += bytesRead;
          told();
        }
        if (done !== size)
          throw new TroupeError('cli/backup-changed', archiveMessages.changedWhileRead(path), { class: 'transient' });
        await write(padding(size));
        return { name, bytes: size, sha256: hash.digest('hex') };
      } finally {
        await source.close();
      }
    },
    written: () => written,
    async end() {
      await write(tarEnd);
      return written;
    },
  };
}

async function openOrNothing(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isObject(error) && error['code'] === 'ENOENT') return undefined;
    throw error;
  }
}

async function bytesOf(files: readonly CopiedFile[]): Promise<number> {
  let sum = 0;
  for (const { path } of files) sum += (await stat(path).catch(() => undefined))?.size ?? 0;
  return sum;
}

async function requireFree({ file, force }: BackupWish): Promise<void> {
  const folder = dirname(file);
  const above = await stat(folder).catch(() => undefined);
  if (above?.isDirectory() !== true)
    throw new TroupeError('cli/no-backup-folder', archiveMessages.noFolder(folder), {
      class: 'config',
      hint: archiveMessages.noFolderHint,
    });
  const there = await stat(file).catch(() => undefined);
  if (there !== undefined && !there.isFile())
    throw new TroupeError('cli/not-a-file', archiveMessages.notAFile(file), {
      class: 'config',
      hint: archiveMessages.existsHint,
    });
  if (there !== undefined && !force) throw exists(file);
}

/** Where it stands in the end, in one step. */
async function publish(made: string, { file, force }: BackupWish): Promise<void> {
  await chmod(made, 0o600);
  if (force) await rename(made, file);
  else
    try {
      // fails where somebody made one meanwhile
      await link(made, file);
    } catch (error) {
      if (isObject(error) && error['code'] === 'EEXIST') throw exists(file);
      // a file system without links
      await rename(made, file);
    }
  const folder = await open(dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function exists(file: string): TroupeError {
  return new TroupeError('cli/backup-exists', archiveMessages.exists(file), {
    class: 'config',
    hint: archiveMessages.existsHint,
  });
}

/** What backups to the same file left that were killed. */
async function removeLeft(file: string): Promise<void> {
  for (const name of await readdir(dirname(file))) {
    if (!name.startsWith(`${basename(file)}.`)) continue;
    const pid = /^\.(\d+)\.making$/.exec(name.slice(basename(file).length))?.[1];
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(join(dirname(file), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return isObject(error) && error['code'] === 'EPERM';
  }
}

const tellEveryMs = 2_000;

/** Whether so much time has passed since it last said yes. */
export function createPause(ms: number): () => boolean {
  let last = performance.now();
  return () => {
    if (performance.now() - last < ms) return false;
    last = performance.now();
    return true;
  };
}
