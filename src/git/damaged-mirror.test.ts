// A mirror that vanishes or breaks under a running bot is made again; who uses it does not notice.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
