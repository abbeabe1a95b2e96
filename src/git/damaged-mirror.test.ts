// A mirror that vanishes or breaks under a running bot is made again; who uses it does not notice.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeGitWorld } from '../../test/support/git-world.ts';
import type { GitWorld } from '../../test/support/git-world.ts';
import { createRedactor } from '../support/index.ts';
import { checkBranchName, createGitStore } from './index.ts';
import type { GitRepository, GitStore } from './index.ts';

const main = checkBranchName('main');
let world: GitWorld;
let store: GitStore;

beforeEach(() => {
  world = makeGitWorld({ 'README.md': '# Widgets\n', 'src/a.js': 'one\ntwo\nthree\n' });
  store = createGitStore({ dir: join(world.dir, 'data'), redactor: createRedactor() });
});
afterEach(() => world.remove());

function open(): Promise<GitRepository> {
  return store.open({ key: '42', cloneUrl: world.remote });
}

/** Every file below a folder. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function spoil(files: readonly string[], content: (bytes: number) => string | Buffer): void {
  for (const path of files) {
    const { size } = statSync(path);
    rmSync(path);
    writeFileSync(path, content(size));
  }
}

const damages: Readonly<Record<string, (mirror: string) => void>> = {
  'the folder is gone': (mirror) => rmSync(mirror, { recursive: true }),
  'the folder is empty': (mirror) => {
    rmSync(mirror, { recursive: true });
    mkdirSync(mirror);
  },
  'HEAD is gone': (mirror) => rmSync(join(mirror, 'HEAD')),
  'HEAD is garbage': (mirror) => writeFileSync(join(mirror, 'HEAD'), '\0\0\0'),
  'the configuration is empty': (mirror) => writeFileSync(join(mirror, 'config'), ''),
  'the configuration is garbage': (mirror) => writeFileSync(join(mirror, 'config'), '[core\nbare = \0'),
  'the objects are gone': (mirror) => rmSync(join(mirror, 'objects'), { recursive: true }),
  'the objects are empty': (mirror) => spoil(filesIn(join(mirror, 'objects')), () => ''),
  'the objects are garbage': (mirror) => spoil(filesIn(join(mirror, 'objects')), (size) => Buffer.alloc(size, 7)),
  'the refs are gone': (mirror) => rmSync(join(mirror, 'refs'), { recursive: true }),
  'the refs are garbage': (mirror) => spoil(filesIn(join(mirror, 'refs')), () => 'nonsense\n'),
  'the packed refs are garbage': (mirror) => writeFileSync(join(mirror, 'packed-refs'), 'nonsense\n\0\0'),
};

test.each(Object.keys(damages))('%s: the next step opens, fetches, reads and writes', async (name) => {
  const before = await open();
  await before.fetch();
  const mirror = world.mirror('42') ?? '';
  damages[name]?.(mirror);

  const after = await open();
  await after.fetch();
  expect(await after.remoteBranch(main)).toBe(world.first);
  const tree = await after.worktree({ run: 'r1', name: 'build', at: world.first });
  expect(readFileSync(join(tree.path, 'src/a.js'), 'utf8')).toBe('one\ntwo\nthree\n');
});

// a folder that is gone is waited for as a disk that is gone: the next step makes it again
test.each(['the configuration is empty', 'the packed refs are garbage'])(
  '%s while a step holds it: the step goes on',
  async (name) => {
    const held = await open();
    await held.fetch();
    damages[name]?.(world.mirror('42') ?? '');
    await held.fetch();
    expect(await held.remoteBranch(main)).toBe(world.first);
  },
);

/** Whole where it is opened, and damaged for who holds it. */
const damagesOfObjects: Readonly<Record<string, (object: string) => void>> = {
  gone: (object) => rmSync(object),
  empty: (object) => spoil([object], () => ''),
  garbage: (object) => spoil([object], (size) => Buffer.alloc(size, 7)),
};

/** A repository that is held, whose objects lie one by one. */
async function heldInPieces(): Promise<{ readonly held: GitRepository; object(name: string): string }> {
  const held = await open();
  await held.fetch();
  const mirror = world.mirror('42') ?? '';
  const packs = filesIn(join(mirror, 'objects/pack')).filter((path) => path.endsWith('.pack'));
  for (const pack of packs) {
    const bytes = readFileSync(pack);
    for (const ending of ['pack', 'idx', 'rev']) rmSync(pack.replace(/pack$/, ending), { force: true });
    execFileSync('git', ['unpack-objects', '-q'], { cwd: mirror, input: bytes });
  }
  return {
    held,
    object(name) {
      const id = world.git('rev-parse', name);
      return join(mirror, 'objects', id.slice(0, 2), id.slice(2));
    },
  };
}

test.each(Object.keys(damagesOfObjects))(
  'a commit that is %s: its branch is there for who holds the mirror',
  async (name) => {
    const { held, object } = await heldInPieces();
    damagesOfObjects[name]?.(object('main'));
    expect(await held.remoteBranch(main)).toBe(world.first);
    expect(await held.remoteBranch(checkBranchName('nothing'))).toBeUndefined();
  },
);

test.each(
  Object.keys(damagesOfObjects).flatMap((name) => ['main^{tree}', 'main:src'].map((tree) => [tree, name] as const)),
)('the tree %s is %s: its files are there for who holds the mirror', async (tree, name) => {
  const { held, object } = await heldInPieces();
  damagesOfObjects[name]?.(object(tree));
  expect(await held.readFile(world.first, 'src/a.js')).toBe('one\ntwo\nthree\n');
  damagesOfObjects[name]?.(object(tree));
  expect(await held.listFiles(world.first, 'src')).toEqual(['src/a.js']);
  expect(await held.listFiles(world.first, 'src/nothing')).toEqual([]);
  expect(await held.readFile(world.first, 'nothing/a.js')).toBeUndefined();
});

test('a push whose mirror is made again between lease and push arrives, and was not too late', async () => {
  const bin = join(world.dir, 'bin');
  mkdirSync(bin);
  // the configuration breaks once, right before git pushes; the objects are those of the remote
  const once = join(world.dir, 'once');
  writeFileSync(
    join(bin, 'git'),
    `#!/bin/sh\ncase " $* " in *" push "*) [ -e '${once}' ] && rm '${once}' && rm -r "$GIT_DIR/refs/leases" && printf '[core\\nbare = ' > "$GIT_DIR/config";; esac\nPATH=\${PATH#*:} exec git "$@"\n`,
    { mode: 0o755 },
  );
  const second = world.commit('other', { 'README.md': '# Gadgets\n' });
  store = createGitStore({
    dir: join(world.dir, 'data'),
    redactor: createRedactor(),
    path: `${bin}:/usr/local/bin:/usr/bin:/bin`,
  });
  const held = await open();
  await held.fetch();
  writeFileSync(once, '');
  await held.push({ branch: main, commit: second, expected: world.first });
  expect(existsSync(once)).toBe(false);
  expect(world.head('main')).toBe(second);
  await expect(held.push({ branch: main, commit: world.first, expected: world.first })).rejects.toMatchObject({
    code: 'git/stale',
  });
});
