// A copy of a data directory as it is at one moment, made beside whoever drives: readers keep nobody from writing. Changes nothing.
import { existsSync } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isObject, TroupeError } from '../../support/index.ts';
import type { CopiedFile, StoreCopy } from '../ports/store.ts';
import { guarded, openDatabase } from '../sqlite/database.ts';
import type { Database } from '../sqlite/database.ts';
import { storeMessages } from '../sqlite/messages.ts';
import { refuseNewer, versionOf } from '../sqlite/migrations.ts';
import { refuseEmptied } from './beginning.ts';
import { filesIn, hasRuns } from './data-directory.ts';

/** The database is written anew into `into`; what never changes once it is there is named where it lies. Throws `store/missing`, `store/newer`, `store/corrupt`, `store/unavailable`. */
export async function copyDirectory(directory: string, into: string): Promise<StoreCopy> {
  const files = filesIn(directory);
  refuseEmptied(directory, files.database);
  if (!hasRuns(directory))
    throw new TroupeError('store/missing', storeMessages.missing(directory), {
      class: 'config',
      hint: storeMessages.missingHint,
    });
  const copy = join(into, basename(files.database));
  const format = copyDatabase(files.database, copy);
  // what the rows name was written before them: it is there now, or its time was over
  const blobs = await blobsIn(files.blobs);
  return {
    format,
    commits: await commitsKnown(copy, files.blobs),
    files: [{ name: basename(files.database), path: copy }, ...blobs, ...(await deskFiles(directory))],
  };
}

/** One read transaction, the log of writes included. The format of what was copied. */
function copyDatabase(database: string, copy: string): number {
  const db = openDatabase(database, { readOnly: true, busyTimeoutMs: 10_000 });
  try {
    const format = guarded(`read ${database}`, () => versionOf(db));
    refuseNewer(database, format);
    guarded(`copy ${database}`, () => db.run('VACUUM INTO ?', copy));
    return format;
  } finally {
    db.close();
  }
}

async function blobsIn(folder: string): Promise<readonly CopiedFile[]> {
  const entries = existsSync(folder) ? await readdir(folder, { recursive: true, withFileTypes: true }) : [];
  return entries
    .filter((entry) => entry.isFile() && isBlobName(entry.name))
    .map(({ name }) => ({ name: `blobs/${name.slice(0, 2)}/${name}`, path: join(folder, name.slice(0, 2), name) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** How runs of this machine were started: nothing else can go on with them. */
async function deskFiles(directory: string): Promise<readonly CopiedFile[]> {
  const folder = join(directory, 'desk');
  const names = existsSync(folder) ? await readdir(folder) : [];
  return names.filter(isDeskName).map((name) => ({ name: `desk/${name}`, path: join(folder, name) }));
}

/** Whether a file of this name may be in a copy. */
export function isCopiedName(name: string): boolean {
  if (name === 'troupe.db') return true;
  const [folder, ...rest] = name.split('/');
  if (folder === 'desk') return rest.length === 1 && isDeskName(rest[0] ?? '');
  const [pair = '', blob = ''] = rest;
  return folder === 'blobs' && rest.length === 2 && isBlobName(blob) && blob.startsWith(pair) && pair.length === 2;
}

function isBlobName(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

function isDeskName(name: string): boolean {
  return /^r[a-z2-7]{15}\.json$/.test(name);
}

/** What stands in the journals of runs that are not over, in rows and in the large values that they refer to. */
async function commitsKnown(copy: string, blobs: string): Promise<ReadonlySet<string>> {
  const db = openDatabase(copy, { readOnly: true, busyTimeoutMs: 1_000 });
  try {
    const found = new Set<string>();
    for (const text of textsOf(db)) collect(text, found);
    const sql = `SELECT DISTINCT sha256 FROM blob_use JOIN run ON run.id = blob_use.run WHERE finished_at IS NULL`;
    for (const row of guarded(`read ${copy}`, () => db.all(sql)))
      collect(await textOf(join(blobs, String(row['sha256']).slice(0, 2), String(row['sha256']))), found);
    return found;
  } finally {
    db.close();
  }
}

function* textsOf(db: Database): Iterable<string> {
  const sql = 'SELECT data FROM event JOIN run ON run.n = event.run WHERE run.finished_at IS NULL';
  for (const row of guarded('read the copy', () => db.all(sql))) yield String(row['data']);
}

/** A value that is larger holds no checkpoint of ours. */
const largestValue = 8 * 1024 * 1024;

async function textOf(file: string): Promise<string> {
  try {
    return (await stat(file)).size > largestValue ? '' : await readFile(file, 'utf8');
  } catch (error) {
    if (isObject(error) && error['code'] === 'ENOENT') return '';
    throw error;
  }
}

function collect(text: string, into: Set<string>): void {
  for (const [sha] of text.matchAll(/\b[0-9a-f]{40}\b/g)) into.add(sha);
}
