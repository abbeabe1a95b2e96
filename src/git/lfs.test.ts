// Stories of Git LFS over real HTTP: refused unless the operator allows it; then content in the tree, pointers in git, objects on the server before the ref.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pointerOf, startGitHost } from '../../test/support/git-host.ts';
import type { GitHost } from '../../test/support/git-host.ts';
import { plainGit } from '../../test/support/git-world.ts';
import { hasGitLfs } from '../../test/support/requirements.ts';
import { createRedactor } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { checkBranchName, createGitStore, defaultPathPolicy } from './index.ts';
import type { GitRepository, Worktree } from './index.ts';

const branch = checkBranchName('troupe/7-picture');
const policy = defaultPathPolicy();
const newCommit = { message: 'Work', author: { name: 'troupe[bot]', email: 'bot@example.test' }, trailers: [] };
const picture = pointerOf('the picture as it was\n');
const lost = pointerOf('nobody has this any more\n');

let world: GitHost;

beforeEach(async () => {
  world = await startGitHost({
    '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
    '.lfsconfig': '[lfs]\n\turl = http://127.0.0.1:1/elsewhere\n',
    'picture.bin': picture.pointer,
    'lost.bin': lost.pointer,
    'README.md': '# Widgets\n',
  });
  world.objects.set(picture.oid, Buffer.from('the picture as it was\n'));
});
afterEach(() => world.close());

async function open(filters: readonly 'lfs'[]): Promise<GitRepository> {
  const store = createGitStore({ dir: join(world.dir, 'data'), redactor: createRedactor(), filters });
  return store.open({ key: '42', cloneUrl: world.cloneUrl, token: async () => world.token });
}

function treeAt(repository: GitRepository, at: Sha, name = 'main'): Promise<Worktree> {
  return repository.worktree({ run: 'rabcdefghijklmno', name, at, agentView: true });
}

test('without the operator’s word a file under the filter is refused by name, and a persona is told of what it sees', async () => {
  const tree = await treeAt(await open([]), world.first);
  expect(readFileSync(join(tree.path, 'picture.bin'), 'utf8')).toBe(picture.pointer);
  expect(tree.unfiltered).toEqual([{ filter: 'lfs', files: ['lost.bin', 'picture.bin'] }]);
  expect(await tree.changes(policy)).toEqual({ files: [], refused: [] });
  writeFileSync(join(tree.path, 'new.bin'), 'raw');
  writeFileSync(join(tree.path, 'picture.bin'), 'changed');
  writeFileSync(join(tree.path, 'README.md'), '# More\n');
  await expect(tree.commit(newCommit, policy)).rejects.toThrow(
    'Cannot commit: "new.bin" is under the filter "lfs", which is not run here: it would be committed unfiltered; "picture.bin" is under the filter "lfs"',
  );
  await tree.discard();
  // what is only moved stays what git stores
  renameSync(join(tree.path, 'picture.bin'), join(tree.path, 'moved.bin'));
  expect(await tree.changes(policy)).toEqual({ files: ['moved.bin', 'picture.bin'], refused: [] });
});

test.runIf(hasGitLfs)(
  'with it content is in the tree, a pointer in the commit, and the object on the server before the ref',
  async () => {
    const repository = await open(['lfs']);
    const tree = await treeAt(repository, world.first);
    expect(readFileSync(join(tree.path, 'picture.bin'), 'utf8')).toBe('the picture as it was\n');
    // what the server has lost stays a pointer, and stops nobody
    expect(readFileSync(join(tree.path, 'lost.bin'), 'utf8')).toBe(lost.pointer);
    expect(tree.unfiltered).toEqual([{ filter: 'lfs', files: ['lost.bin'] }]);
    expect(await tree.changes(policy)).toEqual({ files: [], refused: [] });

    const content = 'the picture as it is now\n';
    writeFileSync(join(tree.path, 'picture.bin'), content);
    expect((await tree.changes(policy)).files).toEqual(['picture.bin']);
    const sha = await tree.commit(newCommit, policy);
    if (sha === undefined) throw new Error('a commit was expected');
    const { oid, pointer } = pointerOf(content);
    expect(await repository.readFile(sha, 'picture.bin')).toBe(pointer);
    expect(await tree.changes(policy)).toEqual({ files: [], refused: [] });
    expect(world.objects.has(oid)).toBe(false);

    await repository.push({ commit: sha, branch, expected: null });
    expect(world.objects.get(oid)?.toString()).toBe(content);
    expect(world.head(branch)).toBe(sha);
    const upload = world.github.gitRequests.findIndex((line) => line.startsWith('PUT ') && line.endsWith(oid));
    const push = world.github.gitRequests.findIndex(
      (line) => line.startsWith('POST ') && line.endsWith('git-receive-pack'),
    );
    expect(upload).toBeGreaterThan(0);
    expect(push).toBeGreaterThan(upload);

    // a fresh tree of that commit has the content, and so has everybody else with git-lfs
    const fresh = await treeAt(repository, sha, 'verify');
    expect(readFileSync(join(fresh.path, 'picture.bin'), 'utf8')).toBe(content);
    expect(world.github.gitRequests.some((line) => line.includes('elsewhere'))).toBe(false);
  },
);

test.runIf(hasGitLfs)(
  'an object that the server does not take keeps the branch away from it, too',
  async () => {
    const repository = await open(['lfs']);
    const tree = await treeAt(repository, world.first);
    writeFileSync(join(tree.path, 'new.bin'), 'new\n');
    const sha = await tree.commit(newCommit, policy);
    if (sha === undefined) throw new Error('a commit was expected');
    const route = 'PUT /{owner}/{repo}/info/lfs/objects/{oid}';
    world.github.faults.answer({ route, times: 1000, when: 'before', answer: { status: 507 } });
    await expect(repository.push({ commit: sha, branch, expected: null })).rejects.toThrow(
      /^Cannot upload an object of Git LFS to 127\.0\.0\.1:\d+\/acme\/widgets/,
    );
    expect(world.head(branch)).toBe(undefined);
    world.github.faults.clear();
    await repository.push({ commit: sha, branch, expected: null });
    expect(world.head(branch)).toBe(sha);
  },
  120_000,
);

test.runIf(hasGitLfs)(
  'a pointer that somebody wrote by hand is refused; nothing that a tree configures is run',
  async () => {
    const tree = await treeAt(await open(['lfs']), world.first);
    const proof = join(world.dir, 'executed');
    writeFileSync(
      join(tree.path, '.lfsconfig'),
      `[filter "lfs"]\n\tprocess = touch ${proof}\n[lfs]\n\turl = http://127.0.0.1:1/\n`,
    );
    plainGit(tree.path, 'config', 'filter.lfs.clean', `touch ${proof}`);
    plainGit(tree.path, 'config', 'filter.lfs.process', `touch ${proof}`);
    plainGit(tree.path, 'config', 'lfs.standalonetransferagent', 'evil');
    plainGit(tree.path, 'config', 'lfs.customtransfer.evil.path', proof);
    writeFileSync(join(tree.path, 'fake.bin'), pointerOf('never was\n').pointer);
    expect((await tree.changes(policy)).refused).toEqual([{ path: 'fake.bin', reason: 'pointer' }]);
    expect(existsSync(proof)).toBe(false);
  },
);

test('a filter that git itself does not know is never run, wherever its attribute stands', async () => {
  const at = world.commit('main', {
    '.gitattributes': '[attr]sealed filter=git-crypt\nsecrets/** sealed\nsecrets/open.txt -filter\n',
    'secrets/a.txt': 'encrypted',
    'deep/.gitattributes': '*.key filter=vault\n',
    'deep/x.key': 'encrypted',
  });
  const repository = await open([]);
  const tree = await treeAt(repository, at);
  expect(tree.unfiltered).toEqual([
    { filter: 'vault', files: ['deep/x.key'] },
    { filter: 'git-crypt', files: ['secrets/a.txt'] },
  ]);
  for (const path of ['secrets/a.txt', 'secrets/open.txt', 'deep/y.key', 'other.key'])
    writeFileSync(join(tree.path, path), 'plain');
  expect(await tree.changes(policy)).toEqual({
    files: ['other.key', 'secrets/open.txt'],
    refused: [
      { path: 'deep/y.key', reason: 'filter', detail: 'vault' },
      { path: 'secrets/a.txt', reason: 'filter', detail: 'git-crypt' },
    ],
  });
});

test.runIf(hasGitLfs)(
  'in a working copy objects come from the copy and go to it, where git-lfs finds them',
  async () => {
    const work = join(world.dir, 'work');
    plainGit(world.dir, 'clone', '--quiet', world.remote, work);
    const objectOf = (oid: string): string => join(work, '.git/lfs/objects', oid.slice(0, 2), oid.slice(2, 4), oid);
    mkdirSync(dirname(objectOf(picture.oid)), { recursive: true });
    writeFileSync(objectOf(picture.oid), 'the picture as it was\n');
    const store = createGitStore({ dir: join(world.dir, 'data'), redactor: createRedactor(), filters: ['lfs'] });
    const repository = await store.open({ key: 'local', cloneUrl: work });
    const tree = await treeAt(repository, world.first);
    expect(readFileSync(join(tree.path, 'picture.bin'), 'utf8')).toBe('the picture as it was\n');
    writeFileSync(join(tree.path, 'picture.bin'), 'changed at a desk\n');
    const sha = await tree.commit(newCommit, policy);
    if (sha === undefined) throw new Error('a commit was expected');
    await repository.push({ commit: sha, branch, expected: null });
    expect(readFileSync(objectOf(pointerOf('changed at a desk\n').oid), 'utf8')).toBe('changed at a desk\n');
  },
);

test.runIf(hasGitLfs)(
  'what was checked out before the operator allowed it has its content afterwards, and the reverse',
  async () => {
    const before = await open([]);
    await treeAt(before, world.first);
    await before.release('rabcdefghijklmno');
    const repository = await open(['lfs']);
    const tree = await treeAt(repository, world.first);
    expect(readFileSync(join(tree.path, 'picture.bin'), 'utf8')).toBe('the picture as it was\n');
    expect(tree.unfiltered).toEqual([{ filter: 'lfs', files: ['lost.bin'] }]);
    expect(await tree.changes(policy)).toEqual({ files: [], refused: [] });
    const after = await treeAt(await open([]), world.first);
    expect(readFileSync(join(after.path, 'picture.bin'), 'utf8')).toBe(picture.pointer);
    expect(await after.changes(policy)).toEqual({ files: [], refused: [] });
  },
);

test.runIf(hasGitLfs)('a pointer that somebody edits for want of its content is refused by name', async () => {
  const tree = await treeAt(await open(['lfs']), world.first);
  writeFileSync(join(tree.path, 'lost.bin'), `${lost.pointer}more\n`);
  expect(await tree.changes(policy)).toMatchObject({ refused: [{ path: 'lost.bin', reason: 'pointer' }] });
  writeFileSync(join(tree.path, 'lost.bin'), 'made anew\n');
  expect(await tree.changes(policy)).toEqual({ files: ['lost.bin'], refused: [] });
});
