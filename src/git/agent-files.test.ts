// Stories of files that agents obey: whatever is done to them in a tree is refused, also through links; and masked trees do without them.
import { chmodSync, existsSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { agentPaths, otherSpellings } from '../../test/support/agent-paths.ts';
import { plainGit } from '../../test/support/git-world.ts';
import { newCommit, policy, put, useWorktrees } from '../../test/support/worktrees.ts';
import type { Sha } from '../support/index.ts';
import type { Worktree } from './index.ts';

const here = useWorktrees();

const files = agentPaths()
  .filter(({ path }) => path.includes('/inside/') || path.startsWith('packages/'))
  .map(({ path, isCommon }) => ({ path: path.startsWith('packages/') ? path : `tree/${path}`, isCommon }));
const paths = files.map(({ path }) => path);
const guarded = files
  .filter(({ isCommon }) => !isCommon)
  .map(({ path }) => path)
  .toSorted();

async function refusedIn(tree: Worktree): Promise<readonly string[]> {
  const { refused } = await tree.changes({ ...policy, maxFiles: 100_000 });
  expect(refused.filter(({ reason }) => reason !== 'protected')).toEqual([]);
  return refused.map(({ path }) => path).toSorted();
}

async function withAll(): Promise<Sha> {
  const at = here.world.commit('main', Object.fromEntries(paths.map((path) => [path, `of ${path}\n`])));
  await here.repository.fetch();
  return at;
}

test('each is refused when it is made', async () => {
  const tree = await here.open();
  for (const path of paths) put(tree, path, 'orders\n');
  expect(await refusedIn(tree)).toEqual(guarded);
  await expect(tree.commit(newCommit, policy)).rejects.toMatchObject({ code: 'git/refused' });
});

test('each is refused when it is made in another spelling', async () => {
  const tree = await here.open();
  const spelled = guarded.filter((path) => path.startsWith('packages/')).map((path) => otherSpellings(path)[2] ?? '');
  for (const path of spelled) put(tree, path, 'orders\n');
  expect(await refusedIn(tree)).toEqual(spelled.toSorted());
});

test('each is refused when it is changed, made a program, removed, or renamed from or to', async () => {
  const at = await withAll();
  const tree = await here.open({ at });
  const change: readonly ((path: string, index: number) => void)[] = [
    (path) => writeFileSync(path, 'other orders\n'),
    (path) => chmodSync(path, 0o755),
    (path) => rmSync(path),
    (path, index) => renameSync(path, join(tree.path, `moved-${index}.txt`)),
  ];
  for (const [index, path] of paths.entries()) change[index % change.length]?.(join(tree.path, path), index);
  expect((await refusedIn(tree)).filter((path) => !path.startsWith('moved-'))).toEqual(guarded);
  await tree.discard();
  renameSync(join(tree.path, 'src/a.js'), join(tree.path, 'src/AGENTS.md'));
  expect(await refusedIn(tree)).toEqual(['src/AGENTS.md']);
});

test('none of them is seen in a masked tree, and all of them stay in its commits', async () => {
  const at = await withAll();
  const tree = await here.open({ at, maskAgentConfiguration: true, agentView: true });
  expect(paths.filter((path) => existsSync(join(tree.path, path)))).toEqual([]);
  expect(plainGit(tree.path, 'status', '--porcelain')).toBe('');
  put(tree, 'src/a.js', 'changed\n');
  const made = await tree.commit(newCommit, policy);
  if (made === undefined) throw new Error('a commit was expected');
  expect((await here.repository.diff(at, made)).files.map(({ path }) => path)).toEqual(['src/a.js']);
});

test('the refusal says which tool obeys the file', async () => {
  const tree = await here.open();
  put(tree, 'docs/GEMINI.md', 'orders\n');
  await expect(tree.commit(newCommit, policy)).rejects.toThrow(
    '"docs/GEMINI.md" is protected: agents obey it (Gemini CLI, Gemini Code Assist)',
  );
});

/** A commit that has links, made by a person. */
async function withLinks(
  links: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): Promise<Sha> {
  here.world.commit('main', more);
  const clone = join(here.world.dir, 'clone');
  plainGit(here.world.dir, 'clone', '--quiet', here.world.remote, clone);
  const maker = { path: clone } as Worktree; // only its path is used
  for (const [name, target] of Object.entries(links)) {
    put(maker, `${name}.tmp`, '');
    rmSync(join(clone, `${name}.tmp`));
    symlinkSync(target, join(clone, name));
  }
  plainGit(clone, 'add', '--all');
  plainGit(clone, 'commit', '--quiet', '-m', 'Links');
  plainGit(clone, 'push', '--quiet', 'origin', 'HEAD:main');
  await here.repository.fetch();
  return plainGit(clone, 'rev-parse', 'HEAD') as Sha; // what rev-parse prints
}

test('what a link of the commit leads to is protected when agents read it through the link', async () => {
  const at = await withLinks(
    {
      'CLAUDE.md': 'docs/guide.md',
      '.claude/skills': '../tools/skills',
      'packages/a/AGENTS.md': '../../docs/second',
      'docs/second': 'third.md',
      'src/plain': '../docs/free.md',
    },
    {
      'docs/guide.md': 'guide\n',
      'docs/third.md': 'third\n',
      'docs/free.md': 'free\n',
      'tools/skills/pdf/run.sh': 'echo\n',
    },
  );
  const tree = await here.open({ at });
  put(tree, 'docs/free.md', 'changed\n');
  expect(await tree.changes(policy)).toEqual({ files: ['docs/free.md'], refused: [] });
  put(tree, 'docs/guide.md', 'orders\n');
  put(tree, 'docs/third.md', 'orders\n');
  put(tree, 'tools/skills/pdf/run.sh', 'evil\n');
  put(tree, 'tools/skills/new.md', 'orders\n');
  expect((await tree.changes(policy)).refused).toEqual(
    [
      ['docs/guide.md', 'CLAUDE.md'],
      ['docs/third.md', 'packages/a/AGENTS.md'],
      ['tools/skills/new.md', '.claude/skills'],
      ['tools/skills/pdf/run.sh', '.claude/skills'],
    ].map(([path, link]) => ({
      path,
      reason: 'protected',
      detail: `agents obey it as "${link}", which leads there`,
    })),
  );
});

test('it is so in a masked tree, where the link is not seen', async () => {
  const at = await withLinks({ 'CLAUDE.md': 'docs/guide.md' }, { 'docs/guide.md': 'guide\n' });
  const tree = await here.open({ at, maskAgentConfiguration: true });
  put(tree, 'docs/guide.md', 'orders\n');
  expect(await refusedIn(tree)).toEqual(['docs/guide.md']);
});

test('the middle of a chain of links, and a folder on its way, are protected as its end is', async () => {
  const at = await withLinks(
    { 'AGENTS.md': 'docs/second', 'docs/second': 'deep/third.md' },
    { 'docs/deep/third.md': 'third\n' },
  );
  const tree = await here.open({ at });
  rmSync(join(tree.path, 'docs/second'));
  put(tree, 'docs/second', 'orders\n');
  expect(await refusedIn(tree)).toEqual(['docs/second']);
  await tree.discard();
  rmSync(join(tree.path, 'docs/deep'), { recursive: true });
  put(tree, 'docs/deep', 'orders\n');
  expect(await refusedIn(tree)).toEqual(['docs/deep', 'docs/deep/third.md']);
});

test('a new link may neither be such a file nor lead to one', async () => {
  const tree = await here.open();
  symlinkSync('src/a.js', join(tree.path, 'AGENTS.md'));
  symlinkSync('.claude', join(tree.path, 'harmless'));
  symlinkSync('../.mcp.json', join(tree.path, 'src/data.json'));
  symlinkSync('a.js', join(tree.path, 'src/fine.js'));
  expect(await refusedIn(tree)).toEqual(['AGENTS.md', 'harmless', 'src/data.json']);
});

test('a repository in its place, and a submodule that was there, are refused', async () => {
  const tree = await here.open();
  plainGit(tree.path, 'init', '--quiet', '.cursor');
  put(tree, '.cursor/rules', 'orders\n');
  const { refused } = await tree.changes(policy);
  expect(refused.map(({ path }) => path)).toEqual(['.cursor']);
});
