// Brings a tree to a commit, whatever an agent or a crash left there, and takes the zero point that changes are measured from.
import { withoutEnds } from '../support/index.ts';
import { existsSync, lstatSync } from 'node:fs';
import { lstat, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Sha } from '../support/index.ts';
import { isAgentFile } from './agent-paths.ts';
import { attributesFile, ignoreFile, isNamed } from './attributes.ts';
import { matchesGlob } from './globs.ts';
import { makeAgentView, makeWorktreeDirectory } from './layout.ts';
import type { Mirror } from './mirror.ts';
import { listOfNames, looseText, placeOf, rawFields, rawName } from './names.ts';
import type { RawName } from './names.ts';
import { ownAttributesId } from './own-attributes.ts';
import { isAsLinked } from './submodules.ts';
import type { WorktreeRequest } from './types.ts';
import { borrowed, copied } from './view-objects.ts';
import type { InTree } from './types-inside.ts';
import {
  contentId,
  entriesOf,
  keepZeroPoint,
  ownName,
  readZeroPoint,
  rulesAmong,
  takeZeroPoint,
} from './zero-point.ts';
import type { ZeroPoint } from './zero-point.ts';

/** The folders of one worktree, and git in it. */
export interface WorktreeFolders {
  readonly mirror: Mirror;
  readonly git: InTree;
  /** Holds the tree and git's directory, and nothing else. */
  readonly dir: string;
  readonly tree: string;
  readonly gitDir: string;
  readonly index: string;
  /** Filters that are run. */
  readonly runs: ReadonlySet<string>;
}

const ours = new Set(['tree', 'git']);

/** Checks out the commit as if nobody had ever been there, but for the caches to keep. */
export async function checkOut(
  folders: WorktreeFolders,
  at: Sha,
  how: WorktreeRequest & { /** Somebody has written there. */ readonly isUsed: boolean },
): Promise<ZeroPoint> {
  const { mirror, git, tree, gitDir, index } = folders;
  const maskedMark = join(gitDir, 'masked');
  await rm(`${index}.lock`, { force: true });
  await makeWorktreeDirectory(gitDir, mirror.dir, at);
  await rm(join(tree, '.git'), { recursive: true, force: true });
  // A masked index hides files from git; starting over shows them again. What was checked out under other attributes looks
  // different: then, too, every file is written anew.
  const before = await readZeroPoint(gitDir);
  const isMasked = existsSync(maskedMark);
  if (existsSync(index) && (isMasked || how.isUsed)) {
    const touched = await removePlantedRules(folders, how.keep, { all: isMasked, written: before?.written });
    if (touched) await rm(index);
  }
  await rm(maskedMark, { force: true });
  const hadIndex = existsSync(index);
  await readTree(folders, at);
  let zero = hadIndex ? before : undefined;
  const own = besideTree(await ownAttributesId(mirror.dir), folders.runs);
  if (zero?.at !== at || !zero.isTaken || zero.rules.get(ownName) !== own) {
    const entries = await entriesOf(git);
    const rules = rulesAmong(entries, own);
    if (hadIndex && !isSame(before?.rules ?? new Map(), rules)) {
      await rm(index);
      await readTree(folders, at);
    }
    zero = await takeZeroPoint(git, { tree, at, entries, rules }, folders.runs);
  }
  // what setup put into a cache is still there, and still nobody's change
  const kept = [...(before?.given ?? [])].filter(([name]) => matchesGlob(looseText(name), how.keep ?? []));
  zero = { ...zero, given: new Map(kept) };
  await keepZeroPoint(gitDir, zero);
  if (how.isUsed) await removeUntracked(folders, how.keep);
  await emptySubmodules(tree, zero.links);
  if (how.maskAgentConfiguration === true) await mask(folders, maskedMark);
  const fill = how.ownObjects === true ? copied(mirror, at) : borrowed(mirror);
  if (how.agentView === true) await makeAgentView({ tree, at, index, fill });
  return zero;
}

/** What a checkout depends on that lies in no tree: attributes of a person, and filters that the operator allows. In a word. */
function besideTree(attributes: string | undefined, runs: ReadonlySet<string>): string | undefined {
  return attributes === undefined && runs.size === 0
    ? undefined
    : [attributes ?? '', ...[...runs].toSorted()].join(' ');
}

/** What lies beside the tree and was not put there by us: something was written to `../`. */
export async function strangersIn(dir: string): Promise<readonly RawName[]> {
  const names = await readdir(dir, 'latin1');
  return names.filter((name) => !ours.has(name)).map(rawName);
}

async function readTree({ git, mirror }: WorktreeFolders, at: Sha): Promise<void> {
  await git({
    what: `check out ${at}`,
    args: ['read-tree', '--reset', '-u', at],
    lfs: mirror.lfs,
    // LFS may have to fetch
    ...(mirror.lfs === undefined ? {} : { token: mirror.remote.token }),
  });
}

async function removeUntracked({ git, dir }: WorktreeFolders, keep: readonly string[] | undefined): Promise<void> {
  await git({ what: `clean the worktree`, args: ['clean', '-ffdq', ...keepArguments(keep)] });
  for (const name of await strangersIn(dir)) await rm(placeOf(dir, name), { recursive: true, force: true });
}

/**
 * Removes attribute and ignore files that are not the commit's own: an ignored one would stay, hide what comes later and change what git
 * writes and stores. Whether attributes were touched: then none is left, so that git reads the commit's alone.
 */
async function removePlantedRules(
  { git, tree }: WorktreeFolders,
  keep: readonly string[] = [],
  how: {
    /** As if they were touched. */
    readonly all: boolean;
    /** What the checkout made of files: attributes may say something about the files that hold them, too. */
    readonly written: ZeroPoint['written'] | undefined;
  },
): Promise<boolean> {
  const entries = await entriesOf(git);
  const isFolder = folderTest(tree);
  const isThere = (name: RawName): boolean =>
    isFolder(rawName(dirname(name))) && lstatSync(placeOf(tree, name), { throwIfNoEntry: false }) !== undefined;
  const folders = new Set([...entries.keys()].map((name) => dirname(name)));
  const known = [...folders]
    .filter((folder) => !matchesGlob(looseText(rawName(folder)), keep))
    .flatMap((folder) =>
      [attributesFile, ignoreFile].map((file) => rawName(folder === '.' ? file : `${folder}/${file}`)),
    );
  const listed = await git({ what: 'list what was added', args: ['ls-files', '--others', '--exclude-standard', '-z'] });
  const added = rawFields(listed.bytes).map(rawName);
  const planted = new Set([...known, ...added.filter((name) => isNamed(name, attributesFile))]);
  const attributes: RawName[] = [];
  let touched = how.all;
  for (const name of planted) {
    const entry = entries.get(name);
    const isIn = isThere(name);
    if (entry === undefined && isIn) await rm(placeOf(tree, name), { recursive: true, force: true });
    if (!isNamed(name, attributesFile)) continue;
    if (entry !== undefined && isIn) attributes.push(name);
    touched ||=
      entry === undefined ? isIn : !isIn || (await contentId(tree, name)) !== (how.written?.get(name) ?? entry.id);
  }
  if (touched) for (const name of attributes) await rm(placeOf(tree, name), { recursive: true, force: true });
  return touched;
}

/** Whether a path leads over folders only: behind a link lies what is not the tree's. */
function folderTest(tree: string): (folder: RawName) => boolean {
  const known = new Map<RawName, boolean>([[rawName('.'), true]]);
  return function isFolder(folder): boolean {
    const found =
      known.get(folder) ??
      (isFolder(rawName(dirname(folder))) &&
        lstatSync(placeOf(tree, folder), { throwIfNoEntry: false })?.isDirectory() === true);
    known.set(folder, found);
    return found;
  };
}

/** Submodules are as a checkout leaves them; one that setup filled with the right commit stays. */
async function emptySubmodules(tree: string, links: ReadonlyMap<RawName, string>): Promise<void> {
  for (const [link, commit] of links) {
    const folder = placeOf(tree, link);
    const isFolder = (await lstat(folder).catch(() => undefined))?.isDirectory() === true;
    if (isFolder && (await isAsLinked(tree, link, commit))) continue;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  }
}

// Tracked agent configuration leaves the tree and stays in the index: it is neither read by an agent nor seen as deleted.
async function mask({ git, tree }: WorktreeFolders, mark: string): Promise<void> {
  const masked = [...(await entriesOf(git)).keys()].filter((name) => isAgentFile(looseText(name)));
  if (masked.length === 0) return;
  await writeFile(mark, '');
  await git({
    what: 'hide agent configuration',
    args: ['update-index', '--skip-worktree', '-z', '--stdin'],
    input: listOfNames(masked),
  });
  for (const name of masked) await rm(placeOf(tree, name), { recursive: true, force: true });
}

function isSame(a: ReadonlyMap<RawName, string>, b: ReadonlyMap<RawName, string>): boolean {
  return a.size === b.size && [...a].every(([name, id]) => b.get(name) === id);
}

function keepArguments(keep: readonly string[] = []): string[] {
  // gitignore patterns: anchored, special characters escaped
  return keep.flatMap((path) => ['-e', `/${withoutEnds(path, '/').replaceAll(/[\\*?[\]!#]/g, String.raw`\$&`)}`]);
}
