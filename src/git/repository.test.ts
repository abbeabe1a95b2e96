// Stories of the mirror: fetch, look up, read, commit, merge, rebase, push with a lease, against a real bare remote.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { makeGitWorld, plainGit } from '../../test/support/git-world.ts';
import type { GitWorld } from '../../test/support/git-world.ts';
import { createRedactor } from '../support/index.ts';
import { checkBranchName, createGitStore } from './index.ts';
import type { GitRepository, GitStore, NewCommit } from './index.ts';

const bot = { name: 'troupe[bot]', email: '1+troupe[bot]@users.noreply.github.com' };
const branch = checkBranchName('troupe/7-fix');
const newCommit = (message: string, trailers: NewCommit['trailers'] = []): NewCommit => ({
  message,
  author: bot,
  trailers,
  date: Date.UTC(2026, 10, 20),
});

let world: GitWorld;
let store: GitStore;
let repository: GitRepository;

beforeEach(async () => {
  world = makeGitWorld({ 'README.md': '# Widgets\n', 'src/a.js': 'one\ntwo\nthree\n' });
  store = createGitStore({ dir: join(world.dir, 'data'), redactor: createRedactor() });
  repository = await store.open({ key: '42', cloneUrl: world.remote });
});
afterEach(() => world.remove());

test('the first commit is empty, carries the trailers with skip-checks last, and is by the bot', async () => {
  const sha = await repository.emptyCommit(
    world.first,
    newCommit('Start work on #7', [
      ['skip-checks', 'true'],
      ['Troupe-Run', 'rabc'],
      ['Co-authored-by', 'Ada <ada@example.test>'],
    ]),
  );
  await repository.push({ commit: sha, branch, expected: null });
  expect(world.head(branch)).toBe(sha);
  expect(world.git('log', '-1', '--format=%an|%ae|%cn|%B', sha)).toMatchInlineSnapshot(`
    "troupe[bot]|1+troupe[bot]@users.noreply.github.com|troupe[bot]|Start work on #7


    Troupe-Run: rabc
    Co-authored-by: Ada <ada@example.test>
    skip-checks: true"
  `);
  expect(await repository.treeOf(sha)).toBe(await repository.treeOf(world.first));
  expect(await repository.trailers(sha)).toEqual({
    'Troupe-Run': ['rabc'],
    'Co-authored-by': ['Ada <ada@example.test>'],
    'skip-checks': ['true'],
  });
});

test('locks that git left when the machine went down stop nobody after the next start', async () => {
  const mirror = world.mirror('42') ?? '';
  const locks = ['refs/remotes/origin/main.lock', 'packed-refs.lock'].map((name) => join(mirror, name));
  for (const lock of locks) writeFileSync(lock, '');
  const next = world.commit('main', { 'README.md': '# Gadgets\n' });
  await expect(repository.fetch()).rejects.toThrow('lock');
  const again = createGitStore({ dir: join(world.dir, 'data'), redactor: createRedactor() });
  const opened = await again.open({ key: '42', cloneUrl: world.remote });
  await opened.fetch();
  expect(await opened.remoteBranch(checkBranchName('main'))).toBe(next);
  expect(locks.filter((lock) => existsSync(lock))).toEqual([]);
});

test('the lease of a push that was killed goes at the next start', async () => {
  const mirror = world.mirror('42') ?? '';
  plainGit(mirror, 'update-ref', 'refs/leases/qwertz', world.first);
  plainGit(mirror, 'update-ref', 'refs/leases/deep/er', world.first);
  const leases = (): string => plainGit(mirror, 'for-each-ref', '--format=%(refname)', 'refs/leases/');
  expect(leases()).not.toBe('');
  const again = createGitStore({ dir: join(world.dir, 'data'), redactor: createRedactor() });
  expect(leases()).toBe('');
  const opened = await again.open({ key: '42', cloneUrl: world.remote });
  expect(await opened.remoteBranch(checkBranchName('main'))).toBe(world.first);
});

test('the same commit made again has the same id', async () => {
  const commit = newCommit('Start');
  expect(await repository.emptyCommit(world.first, commit)).toBe(await repository.emptyCommit(world.first, commit));
});

test('a fetch brings new branches and forgets deleted ones', async () => {
  const sha = world.commit('topic', { 'b.txt': 'b' });
  expect(await repository.remoteBranch(checkBranchName('topic'))).toBeUndefined();
  await repository.fetch();
  expect(await repository.remoteBranch(checkBranchName('topic'))).toBe(sha);
  world.git('update-ref', '-d', 'refs/heads/topic');
  await repository.fetch();
  expect(await repository.remoteBranch(checkBranchName('topic'))).toBeUndefined();
});

test('a push with a stale lease is refused and leaves the other person’s commit', async () => {
  const start = await repository.emptyCommit(world.first, newCommit('Start'));
  await repository.push({ commit: start, branch, expected: null });
  const theirs = world.commit(branch, { 'c.txt': 'c' });
  const mine = await repository.emptyCommit(start, newCommit('Mine'));
  await expect(repository.push({ commit: mine, branch, expected: start })).rejects.toMatchObject({ code: 'git/stale' });
  await expect(repository.push({ commit: mine, branch, expected: null })).rejects.toMatchObject({ code: 'git/stale' });
  await expect(repository.deleteRemoteBranch(branch, start)).rejects.toMatchObject({ code: 'git/stale' });
  expect(world.head(branch)).toBe(theirs);
});

test('pushing what is there already is no failure, and neither is deleting what is gone', async () => {
  const start = await repository.emptyCommit(world.first, newCommit('Start'));
  await repository.push({ commit: start, branch, expected: null });
  await repository.push({ commit: start, branch, expected: null });
  expect(await repository.lookUpBranch(branch)).toBe(start);
  await repository.deleteRemoteBranch(branch, start);
  await repository.deleteRemoteBranch(branch, start);
  expect(await repository.lookUpBranch(branch)).toBeUndefined();
});

test('a merge without a worktree has both parents; a conflict names the files', async () => {
  const mine = world.commit('mine', { 'src/a.js': 'ONE\ntwo\nthree\n' });
  const theirs = world.commit('theirs', { 'b.txt': 'b' });
  const clash = world.commit('clash', { 'src/a.js': 'uno\ntwo\nthree\n' });
  await repository.fetch();
  const merged = await repository.mergeTrees(mine, theirs, newCommit('Merge'));
  if (!('commit' in merged)) throw new Error('a clean merge was expected');
  expect(await repository.parentsOf(merged.commit)).toEqual([mine, theirs]);
  expect(await repository.readFile(merged.commit, 'b.txt')).toBe('b');
  expect(await repository.mergeTrees(mine, clash, newCommit('Merge'))).toEqual({ conflict: ['src/a.js'] });
});

test('a merge takes a side only where it is told to, for deleted files, links and odd names, too', async () => {
  const base = world.commit('main', { 'gen/ä b.js': 'one\n', 'gen/gone.js': 'one\n', 'own.js': 'one\n' });
  world.git('update-ref', 'refs/heads/left', base);
  const left = world.commit('left', { 'gen/ä b.js': 'left\n', 'gen/gone.js': null, 'left.js': 'l\n' });
  const right = world.commit('main', { 'gen/ä b.js': 'right\n', 'gen/gone.js': 'right\n', 'right.js': 'r\n' });
  await repository.fetch();
  const sided = (side: 'ours' | 'theirs') =>
    repository.mergeTrees(left, right, {
      ...newCommit('Merge'),
      sideOf: (path) => (path.startsWith('gen/') ? side : undefined),
    });
  expect(await repository.mergeConflicts(left, right)).toEqual(['gen/gone.js', 'gen/ä b.js']);
  for (const side of ['ours', 'theirs'] as const) {
    const merged = await sided(side);
    if (!('commit' in merged)) throw new Error('a conflict stayed');
    const files = await repository.listFiles(merged.commit, '');
    expect([files.includes('gen/gone.js'), files.includes('left.js'), files.includes('right.js')]).toEqual([
      side === 'theirs',
      true,
      true,
    ]);
    expect(await repository.readFile(merged.commit, 'gen/ä b.js')).toBe(side === 'ours' ? 'left\n' : 'right\n');
    expect(await repository.parentsOf(merged.commit)).toEqual([left, right]);
  }
  const theirs = world.commit('main', { 'own.js': 'right\n' });
  const ours = world.commit('left', { 'own.js': 'left\n' });
  await repository.fetch();
  expect(
    await repository.mergeTrees(ours, theirs, {
      ...newCommit('Merge'),
      sideOf: (path) => (path.startsWith('gen/') ? 'ours' : undefined),
    }),
  ).toEqual({ conflict: expect.arrayContaining(['own.js']) });
});

test('a rebase keeps authors, the empty first commit and the order', async () => {
  const start = await repository.emptyCommit(world.first, newCommit('Start'));
  await repository.push({ commit: start, branch, expected: null });
  const tip = world.commit(branch, { 'b.txt': 'b' }, 'Add b');
  const onto = world.commit('main', { 'c.txt': 'c' }, 'Add c');
  await repository.fetch();
  const rebased = await repository.rebase(tip, onto, bot);
  if (!('commit' in rebased)) throw new Error('a clean rebase was expected');
  expect(
    (await repository.log(onto, rebased.commit)).map(({ subject, author }) => `${author.name}: ${subject}`),
  ).toEqual(['troupe[bot]: Start', 'Ada: Add b']);
  expect(await repository.listFiles(rebased.commit, '')).toEqual(['README.md', 'b.txt', 'c.txt', 'src/a.js']);
  const clash = world.commit('main', { 'b.txt': 'other' });
  await repository.fetch();
  expect(await repository.rebase(tip, clash, bot)).toEqual({ conflict: ['b.txt'] });
});

test('a revert takes one commit’s change back', async () => {
  const bad = world.commit('main', { 'bad.txt': 'bad' });
  const after = world.commit('main', { 'good.txt': 'good' });
  await repository.fetch();
  const reverted = await repository.revert(bad, after, newCommit('Revert'));
  if (!('commit' in reverted)) throw new Error('a clean revert was expected');
  expect(await repository.listFiles(reverted.commit, '')).toEqual(['README.md', 'good.txt', 'src/a.js']);
});

test('a reworded commit keeps tree, parents and people', async () => {
  const start = await repository.emptyCommit(world.first, newCommit('Start', [['skip-checks', 'true']]));
  const reworded = await repository.reword(start, (message) => message.replace('skip-checks: true\n', ''));
  expect(reworded).not.toBe(start);
  expect(await repository.trailers(reworded)).toEqual({});
  expect(await repository.treeOf(reworded)).toBe(await repository.treeOf(start));
  expect(await repository.parentsOf(reworded)).toEqual([world.first]);
  expect(await repository.reword(reworded, (message) => message)).toBe(reworded);
});

test('a diff lists files with counts and is cut at the cap', async () => {
  const to = world.commit('main', { 'src/a.js': 'one\n2\nthree\n', 'big.txt': 'line\n'.repeat(50_000) });
  await repository.fetch();
  const whole = await repository.diff(world.first, to);
  expect(whole.truncated).toBe(false);
  expect(whole.files).toEqual([
    { path: 'big.txt', added: 50_000, removed: 0 },
    { path: 'src/a.js', added: 1, removed: 1 },
  ]);
  const cut = await repository.diff(world.first, to, { maxBytes: 1_000 });
  expect(cut.truncated).toBe(true);
  expect(Buffer.byteLength(cut.patch)).toBeLessThanOrEqual(1_000);
});

test('files are read at a commit; links, folders and paths that lead outside are not', async () => {
  expect(await repository.readFile(world.first, 'src/a.js')).toBe('one\ntwo\nthree\n');
  expect(await repository.readFile(world.first, 'src')).toBeUndefined();
  expect(await repository.readFile(world.first, 'missing')).toBeUndefined();
  await expect(repository.readFile(world.first, '../etc/passwd')).rejects.toMatchObject({ code: 'git/bad-path' });
  expect(await repository.listFiles(world.first, 'src')).toEqual(['src/a.js']);
  expect(await repository.listFiles(world.first, 'nowhere')).toEqual([]);
});

test('a tag is pushed once and never moved', async () => {
  await repository.tag({ name: 'v1.0.0', commit: world.first, message: 'Release 1.0.0' });
  await repository.tag({ name: 'v1.0.0', commit: world.first, message: 'Release 1.0.0' });
  expect(world.git('rev-parse', 'v1.0.0^{commit}')).toBe(world.first);
  const later = world.commit('main', { 'b.txt': 'b' });
  await repository.fetch();
  await expect(repository.tag({ name: 'v1.0.0', commit: later, message: 'Again' })).rejects.toMatchObject({
    code: 'git/refused',
  });
});

test('a repository that is not there and a protocol that is not allowed have their own errors', async () => {
  await expect(store.open({ key: '1', cloneUrl: join(world.dir, 'nowhere') })).rejects.toMatchObject({
    code: 'git/not-found',
  });
  await expect(store.open({ key: '2', cloneUrl: 'ext::sh -c id' })).rejects.toMatchObject({ code: 'git/bad-url' });
  await expect(store.open({ key: '3', cloneUrl: 'https://u:secret@example.test/x' })).rejects.toMatchObject({
    code: 'git/bad-url',
  });
  const strict = createGitStore({
    dir: join(world.dir, 'strict'),
    redactor: createRedactor(),
    allowProtocols: ['https'],
  });
  await expect(strict.open({ key: '4', cloneUrl: world.remote })).rejects.toMatchObject({ code: 'git/refused' });
  expect(readdirSync(join(world.dir, 'data/mirrors'))).toEqual([expect.stringMatching(/^42-[0-9a-f]{16}\.git$/)]);
});

test('a branch appears in a person’s working copy and their files stay as they are', async () => {
  const copy = join(world.dir, 'copy');
  plainGit(world.dir, 'clone', '--quiet', world.remote, copy);
  const local = await store.open({ key: 'local-1', cloneUrl: copy });
  const sha = await local.emptyCommit(world.first, newCommit('Start'));
  await local.push({ commit: sha, branch, expected: null });
  expect(plainGit(copy, 'rev-parse', branch)).toBe(sha);
  expect(plainGit(copy, 'status', '--porcelain')).toBe('');
  expect(plainGit(copy, 'symbolic-ref', 'HEAD')).toBe('refs/heads/main');
  await expect(
    local.push({ commit: sha, branch: checkBranchName('main'), expected: world.first }),
  ).rejects.toMatchObject({ code: 'git/refused' });
});

test('two opens at once clone once, and an aborted caller does not stop the other', async () => {
  const stop = new AbortController();
  const remote = { key: 'shared', cloneUrl: world.remote };
  const first = store.open(remote, stop.signal);
  const second = store.open(remote);
  stop.abort();
  await expect(first).rejects.toMatchObject({ name: 'AbortError' });
  expect(await (await second).remoteBranch(checkBranchName('main'))).toBe(world.first);
});

test('mirrors over the quota make room, the oldest unused one first', async () => {
  const data = join(world.dir, 'small');
  const clock = createManualClock(Date.UTC(2026, 0, 1));
  const small = createGitStore({
    dir: data,
    redactor: createRedactor(),
    quotaBytes: 1,
    clock,
  });
  await small.open({ key: 'old', cloneUrl: world.remote });
  clock.advance(1_000);
  const used = await small.open({ key: 'used', cloneUrl: world.remote });
  await used.worktree({ run: 'rabc', name: 'main', at: world.first });
  await small.open({ key: 'new', cloneUrl: world.remote });
  expect(world.mirror('old', data)).toBe(undefined);
  expect(world.mirror('used', data)).toMatch(/used-/);
});
