// The content behind pointers of Git LFS: it is on the server before a ref names it.
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha } from '../support/index.ts';
import type { Lfs } from './lfs.ts';
import { nameOf } from './mirror.ts';
import type { Mirror } from './mirror.ts';
import { remoteName } from './remote-place.ts';
import type { InTree } from './types-inside.ts';

/** Sends the objects that the commit's own pointers name. Those of commits that the remote has are there. */
export async function uploadObjects(mirror: Mirror, commit: Sha, signal?: AbortSignal): Promise<void> {
  const { lfs } = mirror;
  // in a repository on this machine they are where they belong since they were staged
  if (lfs?.origin === undefined) return;
  const listed = await mirror.run({
    what: `list the new files of ${commit}`,
    args: [
      'rev-list',
      '--objects',
      '--no-object-names',
      '--filter=blob:limit=1025',
      commit,
      '--not',
      '--remotes',
      '--',
    ],
  });
  const pointers = await pointersAmong((call) => mirror.run(call), listed.stdout.split('\n').filter(isId));
  const oids = [...new Set(pointers.values())].filter((oid) => hasObject(lfs, oid));
  if (oids.length === 0) return;
  await mirror.run({
    what: `upload ${oids.length === 1 ? 'an object' : `${oids.length} objects`} of Git LFS to ${nameOf(mirror.remote)}`,
    args: ['lfs', 'push', '--object-id', remoteName, ...oids],
    remote: mirror.remote.cloneUrl,
    lfs,
    token: mirror.remote.token,
    signal,
  });
}

/** Of some objects of git, those that are pointers: their id to that of the content. */
export async function pointersAmong(git: InTree, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  if (ids.length === 0) return found;
  const checked = await git({
    what: 'look at new files',
    args: ['cat-file', '--batch-check'],
    input: `${ids.join('\n')}\n`,
  });
  const small = checked.stdout
    .split('\n')
    .map((row) => row.split(' '))
    .filter(([, type, size]) => type === 'blob' && Number(size) <= longestPointer)
    .map(([id = '']) => id);
  if (small.length === 0) return found;
  const read = await git({ what: 'read pointers', args: ['cat-file', '--batch'], input: `${small.join('\n')}\n` });
  // header line, content, line end; sizes are in the header, in bytes
  for (let at = 0; at < read.bytes.length;) {
    const end = read.bytes.indexOf('\n', at);
    const [id = '', , size = '0'] = read.bytes.toString('latin1', at, end).split(' ');
    const text = read.bytes.toString('latin1', end + 1, end + 1 + Number(size));
    const [, oid] = pointer.exec(text) ?? [];
    if (oid !== undefined) found.set(id, oid);
    at = end + 1 + Number(size) + 1;
  }
  return found;
}

/** Whether the content is on this machine. */
export function hasObject({ storage }: Lfs, oid: string): boolean {
  return existsSync(join(storage, 'objects', oid.slice(0, 2), oid.slice(2, 4), oid));
}

/** Whether a file begins as pointers do, whatever comes behind. */
export async function startsAsPointer(path: Buffer): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(firstLine.length), 0, firstLine.length, 0);
    return buffer.toString('latin1', 0, bytesRead) === firstLine;
  } finally {
    await file.close();
  }
}

const firstLine = 'version https://git-lfs.github.com/spec/v1\n';
const longestPointer = 1024;
const pointer =
  /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize \d+\n/;

function isId(line: string): boolean {
  return /^[0-9a-f]{40}$/.test(line);
}
