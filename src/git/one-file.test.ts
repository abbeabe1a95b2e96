// One text file of a tree is changed without a worktree: nothing beside it moves, and what is no plain text is refused.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeGitWorld, plainGit } from '../../test/support/git-world.ts';
import type { GitWorld } from '../../test/support/git-world.ts';
import { createRedactor } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { createGitStore, defaultPathPolicy } from './index.ts';
import type { GitRepository } from './index.ts';

let world: GitWorld;
let repository: GitRepository;
let head: Sha;

beforeAll(async () => {
  world = makeGitWorld({
    'a.md': 'one\n',
    'docs/b.md': 'two\r\n',
    'docs/größe/ä.md': 'drei\n',
    'binary.md': 'a\0b',
    'big.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
    'z/y/x': 'x\n',
  });
  // a link as git keeps it: the mode says so, the content is where it leads
  const blob = world.git('rev-parse', 'main:a.md');
  const index = ['--git-dir', world.remote];
  const work = join(world.dir, 'work');
  plainGit(world.dir, 'clone', '--quiet', world.remote, work);
  plainGit(work, 'update-index', '--add', '--cacheinfo', `120000,${blob},link.md`);
  plainGit(work, 'update-index', '--chmod=+x', 'z/y/x');
  plainGit(work, 'commit', '--quiet', '-m', 'A link');
  plainGit(work, 'push', '--quiet', 'origin', 'HEAD:main');
  expect(plainGit(world.dir, ...index, 'ls-tree', 'main', 'link.md')).toContain('120000');
  const store = createGitStore({ dir: join(world.dir, 'data'), redactor: createRedactor() });
  repository = await store.open({ key: '42', cloneUrl: world.remote });
  // a branch of the remote is a whole commit id
  head = world.head('main') as Sha;
});
afterAll(() => world.remove());

function change(path: string, to: (text: string | undefined) => string, more: readonly string[] = []): Promise<Sha> {
  return repository.treeWithFile({ commit: head, path, policy: defaultPathPolicy(more), change: to });
}

test.each([
  ['a.md', 'one\n', '100644'],
  ['docs/b.md', 'two\r\n', '100644'],
  ['docs/größe/ä.md', 'drei\n', '100644'],
  ['z/y/x', 'x\n', '100755'],
  ['new.md', undefined, '100644'],
  ['docs/new/deep/file with space.md', undefined, '100644'],
])('%s gets the text, keeps its mode, and nothing else changes', async (path, before, mode) => {
  let seen: string | undefined;
  const tree = await change(path, (text) => {
    seen = text;
    return `${text ?? ''}more ü\n`;
  });
  expect(seen).toBe(before);
  const commit = await repository.commitTree(tree, [head], {
    message: 'x',
    author: { name: 'b', email: 'b@c.d' },
    trailers: [],
  });
  expect(await repository.readFile(commit, path)).toBe(`${before ?? ''}more ü\n`);
  expect((await repository.diff(head, commit)).files.map((file) => file.path)).toEqual([path]);
  const mirror = world.mirror('42') ?? '';
  expect(plainGit(world.dir, '--git-dir', mirror, 'ls-tree', commit, '--', path)).toMatch(new RegExp(`^${mode} blob`));
  expect(plainGit(world.dir, '--git-dir', mirror, 'fsck', '--no-dangling', '--connectivity-only')).toBe('');
});

test('the same text is the same tree', async () => {
  expect(await change('a.md', (text) => text ?? '')).toBe(await repository.treeOf(head));
});

test.each<[string, RegExp]>([
  ['.github/workflows/x.yml', /is protected/],
  ['.github', /is protected/],
  ['secret/x.md', /is protected/],
  ['../x.md', /outside/],
  ['/x.md', /outside/],
  ['a//b.md', /outside/],
  ['.git/x.md', /belongs to git/],
  ['docs/.GIT/x.md', /belongs to git/],
  ['docs', /neither a file/],
  ['a.md/b.md', /neither a file/],
  ['link.md', /goes through a link/],
  ['link.md/x.md', /goes through a link/],
  ['binary.md', /cannot be stored as "UTF-8"/],
  ['big.bin', /pointer of Git LFS/],
  ['line\nend.md', /control/],
])('%s is refused', async (path, reason) => {
  await expect(change(path, () => 'x', ['secret/**'])).rejects.toThrow(reason);
});

test('tags are told with the commits they lead to', async () => {
  world.git('tag', 'light', world.first);
  world.git('tag', '-a', '-m', 'Words', 'v1.0.0', head);
  await repository.fetch();
  expect(await repository.tags()).toEqual([
    { name: 'light', commit: world.first },
    { name: 'v1.0.0', commit: head },
  ]);
});
