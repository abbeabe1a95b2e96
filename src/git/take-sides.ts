// Settles conflicts of a merge where the caller says which side a file is taken from. Works on a passing index; touches no worktree.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { toSha } from './mirror.ts';
import type { Mirror } from './mirror.ts';
import { bytesOf, isText, shownName } from './names.ts';
import type { RawName } from './names.ts';
import { entryAt } from './tree-entry.ts';
import type { MergeSide } from './types.ts';

/** A merge that left conflicts: git's tree of it, with marks in these files. */
export interface Conflicted {
  readonly tree: Sha;
  readonly files: readonly RawName[];
  readonly ours: Sha;
  readonly theirs: Sha;
}

/** The tree with every file taken from its side; undefined when one of them has none, for then nothing is settled. */
export async function takeSides(
  mirror: Mirror,
  { tree, files, ours, theirs }: Conflicted,
  sideOf: (path: string) => MergeSide | undefined,
): Promise<Sha | undefined> {
  const rows: Buffer[] = [];
  for (const name of files) {
    const side = isText(name) ? sideOf(shownName(name)) : undefined;
    if (side === undefined) return undefined;
    rows.push(await rowOf(mirror, side === 'ours' ? ours : theirs, name));
  }
  const folder = temporaryFolder('merge');
  const env = { GIT_INDEX_FILE: join(folder, 'index') };
  try {
    const what = 'settle a merge';
    await mirror.run({ what, args: ['read-tree', tree], env });
    await mirror.run({ what, args: ['update-index', '-z', '--index-info'], input: Buffer.concat(rows), env });
    return toSha(await mirror.line({ what, args: ['write-tree'], env }), what);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The file as one side has it, for `--index-info`: mode 0 takes it away. */
async function rowOf(mirror: Mirror, side: Sha, name: RawName): Promise<Buffer> {
  const entry = await entryAt(mirror, side, name);
  const { mode, sha } = entry === undefined || entry.type === 'tree' ? { mode: '0', sha: '0'.repeat(40) } : entry;
  return bytesOf(`${mode} ${sha}\t${name}\0`);
}
