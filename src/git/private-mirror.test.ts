// Mirrors belong to Troupe alone, and no process says where they lie: whoever else is on the machine, an agent included, reads nothing of them.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeGitWorld, plainGit } from '../../test/support/git-world.ts';
import type { GitWorld } from '../../test/support/git-world.ts';
import { createRedactor } from '../support/index.ts';
import type { BranchName } from '../support/index.ts';
import { createGitStore, defaultPathPolicy } from './index.ts';
import type { GitRepository } from './index.ts';

let world: GitWorld;
let data: string;
const umask = process.umask();
beforeEach(() => {
  world = makeGitWorld({ 'a.txt': 'one\n' });
  data = join(world.dir, 'data');
  process.umask(0o022);
});
afterEach(() => {
  process.umask(umask);
  world.remove();
});

function open(path?: string): Promise<GitRepository> {
  const store = createGitStore({ dir: data, redactor: createRedactor(), ...(path === undefined ? {} : { path }) });
  return store.open({ key: '42', cloneUrl: world.remote });
}

/** What anybody but the owner may do anything with. */
function openToOthers(): readonly string[] {
  const mirrors = join(data, 'mirrors');
  const names = ['.', ...readdirSync(mirrors, { recursive: true, encoding: 'utf8' })];
  expect(names.length).toBeGreaterThan(10);
  return names.filter((name) => (lstatSync(join(mirrors, name)).mode & 0o077) !== 0);
}

test('every file and folder of a mirror is open to its owner alone: after a clone, a fetch and a commit', async () => {
  const repository = await open();
  world.commit('main', { 'b.txt': 'two\n' });
  await repository.fetch();
  const tree = await repository.worktree({ run: 'r1', name: 'main', at: world.head('main') ?? world.first });
  writeFileSync(join(tree.path, 'c.txt'), 'three\n');
  const by = { name: 'T', email: 't@example.test' };
  expect(await tree.commit({ message: 'Add c', author: by, trailers: [] }, defaultPathPolicy([]))).toMatch(
    /^[0-9a-f]{40}$/,
  );
  expect(openToOthers()).toEqual([]);
});

test('a mirror that an earlier version left open is closed at the next start, and stays closed', async () => {
  await open();
  const mirror = world.mirror('42') ?? '';
  const config = join(mirror, 'config');
  writeFileSync(config, readFileSync(config, 'utf8').replace(/.*sharedrepository.*\n/, ''));
  execFileSync('chmod', ['-R', 'a+rX', join(data, 'mirrors')]);
  chmodSync(join(data, 'mirrors'), 0o711);
  expect(openToOthers().length).toBeGreaterThan(10);
  const repository = await open();
  world.commit('main', { 'b.txt': 'two\n' });
  await repository.fetch();
  expect(openToOthers()).toEqual([]);
});

test('no argument of git names a folder of ours', async () => {
  const bin = join(world.dir, 'bin');
  const log = join(world.dir, 'arguments');
  mkdirSync(bin);
  const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  writeFileSync(join(bin, 'git'), `#!/bin/sh\nprintf '%s\\n' "$@" >> ${log}\nexec ${git} "$@"\n`, { mode: 0o755 });
  const repository = await open(`${bin}:${process.env['PATH'] ?? ''}`);
  await repository.fetch();
  for (const ownObjects of [false, true]) {
    const at = world.first;
    const tree = await repository.worktree({ run: 'r1', name: 'main', at, agentView: true, ownObjects });
    writeFileSync(join(tree.path, 'c.txt'), `three ${ownObjects}\n`);
    const by = { name: 'T', email: 't@example.test' };
    const commit = await tree.commit({ message: 'Add c', author: by, trailers: [] }, defaultPathPolicy([]));
    // a branch name and a commit that were checked
    const request = { branch: `b-${ownObjects}` as BranchName, commit: commit ?? at, expected: null };
    await repository.push(request);
  }
  const words = readFileSync(log, 'utf8').split('\n');
  expect(words.length).toBeGreaterThan(100);
  expect(words.filter((word) => word.includes(data))).toEqual([]);
});

test('who may read nothing of the mirror has a copy of the history, and of no other branch', async () => {
  const secret = world.commit('other', { 'secret.txt': 'nobody’s business\n' });
  for (let n = 0; n < 3; n += 1) world.commit('main', { 'a.txt': `${n}\n` }, `Change ${n}`);
  const repository = await open();
  await repository.fetch();
  const at = world.head('main') ?? world.first;
  const tree = await repository.worktree({ run: 'r1', name: 'main', at, agentView: true, ownObjects: true });
  expect(tree.readable).toEqual([]);
  expect(existsSync(join(tree.path, '.git/objects/info/alternates'))).toBe(false);
  expect(plainGit(tree.path, 'log', '--format=%s').split('\n')).toHaveLength(4);
  expect(plainGit(tree.path, 'show', `${world.first}:a.txt`)).toBe('one');
  expect(plainGit(tree.path, 'status', '--porcelain')).toBe('');
  expect(plainGit(tree.path, 'fsck', '--full')).toBe('');
  expect(() => plainGit(tree.path, 'cat-file', '-e', secret)).toThrow();
  expect(relative(tree.path, plainGit(tree.path, 'rev-parse', '--absolute-git-dir'))).toBe('.git');
});

test('of a long history the copy holds the newest part, and says where it begins', async () => {
  const repository = await open();
  const script = `i=0; while [ $i -lt 1005 ]; do printf 'commit refs/heads/long\\ncommitter A <a@b> %d +0000\\ndata 1\\nx\\n' $((1700000000 + i)); [ $i -eq 0 ] && printf 'from ${world.first}\\n'; printf 'M 100644 inline n.txt\\ndata <<E\\n%d\\nE\\n\\n' $i; i=$((i+1)); done`;
  execFileSync('sh', ['-c', `( ${script} ) | git --git-dir=${world.remote} fast-import --quiet`]);
  await repository.fetch();
  const at = world.head('long') ?? world.first;
  const tree = await repository.worktree({ run: 'r1', name: 'main', at, agentView: true, ownObjects: true });
  expect(plainGit(tree.path, 'rev-list', '--count', 'HEAD')).toBe('1000');
  expect(plainGit(tree.path, 'diff', '--stat', 'HEAD~1', 'HEAD')).toContain('n.txt');
  expect(plainGit(tree.path, 'fsck', '--full')).toBe('');
});
