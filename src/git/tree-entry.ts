// What stands at a path of a commit. The path goes in on standard input: arguments are everybody's to read.
import type { Sha } from '../support/index.ts';
import { isSha } from '../support/index.ts';
import { toSha } from './mirror.ts';
import type { Mirror } from './mirror.ts';
import { bytesOf, rawFields } from './names.ts';
import type { RawName } from './names.ts';

/** An entry of a tree. */
export interface TreeEntry {
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
}

/** The entry at the path; undefined when there is none. A damaged mirror is never taken for a path that is not there. */
export async function entryAt(mirror: Mirror, commit: Sha, path: RawName): Promise<TreeEntry | undefined> {
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  const tree = await treeAt(mirror, commit, folders);
  return tree === undefined ? undefined : entryIn(mirror, tree, name);
}

/** The tree of a folder, one character for each byte; '' is all of it. */
export function folderAt(mirror: Mirror, commit: Sha, folder: string): Promise<Sha | undefined> {
  return treeAt(mirror, commit, folder === '' ? [] : folder.split('/'));
}

async function treeAt(mirror: Mirror, commit: Sha, folders: readonly string[]): Promise<Sha | undefined> {
  const trees = await treesAlong(mirror, commit, folders);
  if (trees.length > folders.length) return trees.at(-1);
  // "missing" is what git says of a damaged tree too: the list of the folder above tells which it is
  const above = trees.at(-1);
  const next = folders[trees.length - 1] ?? '';
  if (above !== undefined && (await entryIn(mirror, above, next))?.type !== 'tree') return undefined;
  const what = `read the tree of ${commit}`;
  // fails with words of damage, or for want of the commit
  await mirror.run({ what, args: ['rev-list', '--objects', '--no-walk', '--filter=blob:none', commit] });
  const mended = await treesAlong(mirror, commit, folders);
  return toSha(mended[folders.length] ?? '', what);
}

/** The tree of the commit, then those of the folders on the way, up to the first that git does not find. */
async function treesAlong(mirror: Mirror, commit: Sha, folders: readonly string[]): Promise<readonly Sha[]> {
  const paths = folders.map((_name, index) => `${commit}:${folders.slice(0, index + 1).join('/')}`);
  const { stdout } = await mirror.run({
    what: `read ${commit}`,
    args: ['cat-file', '--batch-check=%(objecttype) %(objectname)', '-z'],
    input: bytesOf([`${commit}^{tree}`, ...paths].map((path) => `${path}\0`).join('')),
  });
  const found: Sha[] = [];
  for (const row of stdout.split('\n')) {
    const [type, sha = ''] = row.split(' ');
    if (type !== 'tree' || !isSha(sha)) break;
    found.push(sha);
  }
  return found;
}

async function entryIn(mirror: Mirror, tree: Sha, name: string): Promise<TreeEntry | undefined> {
  const listed = await mirror.run({ what: `read ${tree}`, args: ['ls-tree', '-z', tree] });
  const row = rawFields(listed.bytes).find((field) => field.slice(field.indexOf('\t') + 1) === name);
  const [mode, type, sha] = row?.slice(0, row.indexOf('\t')).split(' ') ?? [];
  return mode === undefined || type === undefined || sha === undefined ? undefined : { mode, type, sha };
}
