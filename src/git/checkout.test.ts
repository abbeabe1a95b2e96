// Stories of what a checkout alone makes of a tree: whatever git says changed there, nobody did it.
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plainGit } from '../../test/support/git-world.ts';
import { newCommit, policy, put, useWorktrees } from '../../test/support/worktrees.ts';
import type { Worktree } from './index.ts';

const here = useWorktrees();

const dos = {
  '.gitattributes': '*.txt text\n*.crlf text eol=crlf\nid.c ident\n',
  'dos.txt': 'a\r\nb\r\n',
  'x.crlf': 'a\n',
  'id.c': '$Id$\n',
};

test('whoever owns the files and whenever they are looked at, what nobody touched is no change', async () => {
  const at = here.world.commit('main', dos);
  await here.repository.fetch();
  const tree = await here.open({ at });
  // as after a hand-over to another user: git has to look at every file again
  for (const name of ['dos.txt', 'x.crlf', 'id.c', 'src/a.js']) utimesSync(join(tree.path, name), 1, 1);
  expect(await tree.changes(policy)).toEqual({ files: [], refused: [] });
  // not even where somebody else changes what git makes of them
  put(tree, '.gitattributes', '* text=auto eol=crlf\n*.js ident working-tree-encoding=UTF-16\n');
  expect(await tree.changes(policy)).toEqual({ files: ['.gitattributes'], refused: [] });
  const sha = await tree.commit(newCommit, policy);
  expect(await tree.changes(policy)).toEqual({ files: [], refused: [] });
  expect((await here.repository.diff(at, sha ?? at)).files.map(({ path }) => path)).toEqual(['.gitattributes']);
});

test('changes that were left for a later operation are seen by it, and the checkout’s own are not', async () => {
  const at = here.world.commit('main', dos);
  await here.repository.fetch();
  const tree = await here.open({ at });
  put(tree, 'x.crlf', 'a\r\nmore\r\n');
  chmodSync(join(tree.path, 'id.c'), 0o755);
  const later = await here.open({ at, keepChanges: true });
  expect(await later.changes(policy)).toEqual({ files: ['id.c', 'x.crlf'], refused: [] });
  // a change of line ends that the attributes undo is none
  put(tree, 'x.crlf', 'a\n');
  chmodSync(join(tree.path, 'id.c'), 0o644);
  expect(await later.changes(policy)).toEqual({ files: [], refused: [] });
});

test('what commands of ours made is nobody’s change, until somebody changes it', async () => {
  const tree = await here.open({ keep: ['cache'] });
  put(tree, 'built.js', 'by setup');
  put(tree, 'src/a.js', 'by setup');
  put(tree, 'cache/deep/x', 'by setup');
  await tree.takeAsGiven();
  expect(await tree.changes(policy)).toEqual({ files: [], refused: [] });
  put(tree, 'built.js', 'by a persona');
  put(tree, 'src/new.js', 'new');
  expect(await tree.changes(policy)).toEqual({ files: ['built.js', 'src/new.js'], refused: [] });
  const again = await here.open({ keep: ['cache'] });
  expect(existsSync(join(again.path, 'cache/deep/x'))).toBe(true);
  expect(await again.changes(policy)).toEqual({ files: [], refused: [] });
});

test('rules that an attempt leaves behind, hidden by themselves, do not reach the next one', async () => {
  const tree = await here.open();
  put(tree, 'src/.gitignore', '*\n');
  put(tree, 'src/.gitattributes', '*.js text eol=crlf\n');
  put(tree, 'src/a.js', 'one\r\n');
  const again = await here.open();
  expect(readdirSync(join(again.path, 'src')).toSorted()).toEqual(['a.js', 'sub']);
  expect(readFileSync(join(again.path, 'src/a.js'), 'utf8')).toBe('one\n');
  put(again, 'src/new.js', 'new\n');
  expect(await again.changes(policy)).toEqual({ files: ['src/new.js'], refused: [] });
});

test('attributes that a person keeps beside a working copy hold for what is committed there', async () => {
  const work = join(here.world.dir, 'work');
  plainGit(here.world.dir, 'clone', '--quiet', here.world.remote, work);
  const key = { key: 'local', cloneUrl: work };
  const openHere = async (): Promise<Worktree> =>
    (await here.store.open(key)).worktree({ run: 'rabcdefghijklmno', name: 'main', at: here.world.first });
  const before = await openHere();
  put(before, 'notes.txt', 'a\r\n');
  expect((await before.changes(policy)).files).toEqual(['notes.txt']);
  writeFileSync(join(work, '.git/info/attributes'), '*.txt text\n*.md eol=crlf\n*.key filter=sealed\n');
  const tree = await openHere();
  expect(readFileSync(join(tree.path, 'README.md'), 'utf8')).toBe('# Widgets\r\n');
  expect(await tree.changes(policy)).toEqual({ files: [], refused: [] });
  put(tree, 'notes.txt', 'a\r\n');
  put(tree, 'a.key', 'plain');
  expect(await tree.changes(policy)).toEqual({
    files: ['notes.txt'],
    refused: [{ path: 'a.key', reason: 'filter', detail: 'sealed' }],
  });
  rmSync(join(tree.path, 'a.key'));
  const sha = await tree.commit(newCommit, policy);
  expect(await (await here.store.open(key)).readFile(sha ?? here.world.first, 'notes.txt')).toBe('a\n');
});

test('where attributes change the file that holds them, a tree is brought back without writing every file anew', async () => {
  const at = here.world.commit('main', { '.gitattributes': '* text=auto eol=crlf\n', 'a.txt': 'a\n', 'b.txt': 'b\n' });
  await here.repository.fetch();
  const tree = await here.open({ at });
  const written = (): number => statSync(join(tree.path, 'a.txt')).ctimeMs;
  const first = written();
  put(tree, 'b.txt', 'by a persona\r\n');
  await tree.discard();
  expect(readFileSync(join(tree.path, 'b.txt'), 'utf8')).toBe('b\r\n');
  expect(written()).toBe(first);
  // what somebody does to the rules still counts
  put(tree, '.gitattributes', '* text=auto eol=lf\r\n');
  await tree.discard();
  expect(written()).not.toBe(first);
  expect(await tree.changes(policy)).toEqual({ files: [], refused: [] });
});

test('line ends that somebody changed and attributes undo do not reach the next attempt beside a commit', async () => {
  const at = here.world.commit('main', { '.gitattributes': '* text=auto eol=crlf\n', 'a.txt': 'a\n', 'b.txt': 'b\n' });
  await here.repository.fetch();
  const tree = await here.open({ at });
  put(tree, 'a.txt', 'a\n');
  put(tree, 'b.txt', 'by a persona\r\n');
  expect(await tree.commit(newCommit, policy)).toBeDefined();
  const again = await here.open({ at });
  expect(readFileSync(join(again.path, 'a.txt'), 'utf8')).toBe('a\r\n');
  expect(await again.changes(policy)).toEqual({ files: [], refused: [] });
});
