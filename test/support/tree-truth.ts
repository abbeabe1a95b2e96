// One case of the property "a commit holds exactly what somebody changed": a tree and deeds from chance, plain git as the judge.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createRedactor } from '../../src/support/index.ts';
import type { Sha } from '../../src/support/index.ts';
import { checkBranchName, createGitStore, defaultPathPolicy } from '../../src/git/index.ts';
import type { GitRepository } from '../../src/git/index.ts';
import { makeGitWorld } from './git-world.ts';
import type { GitWorld } from './git-world.ts';
import { chanceOf, differing, isFolder, randomDeeds, randomTree, rawGit, snapshot } from './random-tree.ts';
import type { Bytes } from './random-tree.ts';

/** A remote with many trees, and a store that works on them. */
export interface TruthWorld {
  readonly world: GitWorld;
  readonly repository: GitRepository;
}

/** How often the two ways to end came up: a property that only ever sees refusals proves nothing. */
export interface Tally {
  committed: number;
  refused: number;
  empty: number;
}

/** Makes the trees of the seeds, all at once. */
export async function makeTruthWorld(seeds: readonly number[]): Promise<TruthWorld> {
  const world = makeGitWorld();
  const stream = seeds.map((seed) => treeOf(seed, randomTree(chanceOf(seed)))).join('');
  rawGit(world.remote, ['fast-import', '--quiet', '--date-format=now'], stream);
  const store = createGitStore({ dir: join(world.dir, 'data'), redactor: createRedactor() });
  return { world, repository: await store.open({ key: '1', cloneUrl: world.remote }) };
}

/** Plays many, a few beside each other. */
export async function playCases(truth: TruthWorld, seeds: readonly number[]): Promise<Tally> {
  const tally: Tally = { committed: 0, refused: 0, empty: 0 };
  const left = [...seeds];
  async function play(): Promise<void> {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) await playCase(truth, seed, tally);
  }
  // seeds that follow each other use different worktrees
  await Promise.all([play(), play(), play()]);
  return tally;
}

/** Plays one case. Throws what vitest says when ours and plain git differ. */
async function playCase({ world, repository }: TruthWorld, seed: number, tally: Tally): Promise<void> {
  const chance = chanceOf(seed);
  const files = randomTree(chance);
  const base = await repository.remoteBranch(checkBranchName(`tree-${seed}`));
  if (base === undefined) throw new Error(`no tree ${seed}`);
  const place = { run: 'truth', name: `${seed % 7}`, at: base };
  const ours = await repository.worktree(place);
  const theirs = plainCheckout(world, seed, base);
  const before = snapshot(ours.path);
  expect(differing(before, snapshot(theirs)), `seed ${seed}: checkout`).toEqual([]);
  const deeds = randomDeeds(chance, [...files.keys()]);
  const story = `seed ${seed}: ${deeds.map(({ told }) => told).join(', ')}`;
  for (const tree of [ours.path, theirs]) for (const { do: act } of deeds) act(tree);
  const after = snapshot(theirs);
  // git makes the empty folder of a submodule by itself: a section that goes takes the link along
  const isTakenOut = before.has('.gitmodules') && !after.has('.gitmodules');
  const links = [...files]
    .filter(([path, { mode }]) => mode === '160000' && (isTakenOut || !isFolder(theirs, path)))
    .map(([path]) => path);
  const touched = [...new Set([...differing(before, after), ...links])];
  const wanted = stagedByGit(theirs, base, touched);

  const { files: seen, refused } = await ours.changes(defaultPathPolicy());
  const commit = { message: 'Work', author: { name: 'a', email: 'a@b' }, trailers: [] };
  if (refused.length > 0) {
    tally.refused += 1;
    const names = new Set([...touched.flatMap(withFolders).flatMap(spellings), '.gitmodules']);
    for (const { path, reason } of refused) expect(names, `${story}: ${path} is ${reason}`).toContain(path);
    expect(refused.length > 0 && wanted !== undefined && wanted.length === 0, `${story}: nothing to refuse`).toBe(
      false,
    );
    await expect(ours.commit(commit, defaultPathPolicy())).rejects.toMatchObject({ code: 'git/refused' });
  } else {
    const sha = await ours.commit(commit, defaultPathPolicy());
    expect(sha === undefined ? [] : rawRows(world, base, sha), story).toEqual(wanted);
    expect(seen.length, story).toBe(wanted?.length);
    expect(await ours.changes(defaultPathPolicy()), `${story}: after the commit`).toEqual({ files: [], refused: [] });
    tally[sha === undefined ? 'empty' : 'committed'] += 1;
  }
  rmSync(theirs, { recursive: true });
  // the next attempt begins with the tree as it was
  const again = await repository.worktree(place);
  expect(differing(before, snapshot(again.path)), `${story}: reset`).toEqual([]);
  expect(await again.changes(defaultPathPolicy()), `${story}: reset`).toEqual({ files: [], refused: [] });
}

/** A path and the folders above it: a submodule is named as a whole. */
function withFolders(path: Bytes): readonly Bytes[] {
  const parts = path.split('/');
  return parts.map((_, depth) => parts.slice(0, depth + 1).join('/'));
}

function spellings(path: Bytes): readonly string[] {
  return [shown(path), Buffer.from(path, 'latin1').toString('utf8')];
}

function shown(path: Bytes): string {
  const text = Buffer.from(path, 'latin1').toString('utf8');
  if (Buffer.from(text, 'utf8').toString('latin1') === path && !/^"|\p{Cc}/u.test(text)) return text;
  return quoted(path);
}

function quoted(path: Bytes): string {
  const short: Readonly<Record<string, string>> = {
    '"': String.raw`\"`,
    '\\': '\\\\',
    '\n': String.raw`\n`,
    '\t': String.raw`\t`,
  };
  const body = [...path].map((byte) => {
    const code = byte.charCodeAt(0);
    return short[byte] ?? (code < 32 || code > 126 ? `\\${code.toString(8).padStart(3, '0')}` : byte);
  });
  return `"${body.join('')}"`;
}

function treeOf(seed: number, files: ReturnType<typeof randomTree>): Bytes {
  const rows = [...files].map(([path, { mode, content }]) =>
    mode === '160000'
      ? `M 160000 ${content} ${quoted(path)}`
      : `M ${mode} inline ${quoted(path)}\ndata ${content.length}\n${content}`,
  );
  const head = [`commit refs/heads/tree-${seed}`, 'committer Ada <ada@example.test> now', 'data 4\ntree'];
  return `${[...head, ...rows].join('\n')}\n`;
}

function plainCheckout(world: GitWorld, seed: number, base: Sha): string {
  const tree = join(world.dir, `plain-${seed}`);
  for (const folder of ['objects/info', 'refs']) mkdirSync(join(tree, '.git', folder), { recursive: true });
  writeFileSync(join(tree, '.git/HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(tree, '.git/objects/info/alternates'), `${join(world.remote, 'objects')}\n`);
  rawGit(tree, ['read-tree', '--reset', '-u', base]);
  return tree;
}

/** What plain git stages of the touched paths; undefined when it cannot store one of them. */
function stagedByGit(tree: string, base: Sha, touched: readonly Bytes[]): readonly string[] | undefined {
  const there = new Set(snapshot(tree).keys());
  const list = (paths: readonly Bytes[]): Bytes => paths.map((path) => `${path}\0`).join('');
  rawGit(tree, ['update-index', '--force-remove', '-z', '--stdin'], list(touched.filter((path) => !there.has(path))));
  const rest = touched.filter((path) => there.has(path));
  try {
    if (rest.length > 0) rawGit(tree, ['add', '--all', '--pathspec-from-file=-', '--pathspec-file-nul'], list(rest));
  } catch {
    return undefined;
  }
  const diff = [
    'diff-index',
    '--cached',
    '--raw',
    '-z',
    '--no-abbrev',
    '--no-renames',
    '--ignore-submodules=none',
    base,
  ];
  return rowsOf(rawGit(tree, diff));
}

function rawRows(world: GitWorld, from: Sha, to: Sha): readonly string[] {
  const mirror = world.mirror('1') ?? '';
  return rowsOf(rawGit(mirror, ['diff-tree', '-r', '--raw', '-z', '--no-renames', '--no-abbrev', from, to]));
}

function rowsOf(raw: Bytes): readonly string[] {
  const fields = raw.split('\0').filter((field) => field !== '');
  return fields.flatMap((field, index) => (index % 2 === 0 ? [`${field} ${fields[index + 1]}`] : [])).toSorted();
}
