// Stories of secrets that Troupe knows and that somebody leaves in a tree, a patch, a message or a name: none of them gets into a commit.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeGitWorld, plainGit } from '../../test/support/git-world.ts';
import type { GitWorld } from '../../test/support/git-world.ts';
import { filesOf, leaks } from '../../test/support/leaks.ts';
import { newCommit, policy, put } from '../../test/support/worktrees.ts';
import { createRedactor } from '../support/index.ts';
import type { Redactor, Sha } from '../support/index.ts';
import { checkBranchName, createGitStore } from './index.ts';
import type { GitRepository, Worktree } from './index.ts';

const key = 'sk-demo/Zq81+wVx0Lr93TbE';
const other = 'tok_5kPq92LmXw71';
const author = newCommit.author;
const branch = checkBranchName('work');

let world: GitWorld;
let redactor: Redactor;
let repository: GitRepository;

async function start(
  files: Readonly<Record<string, string>> = {},
  more: Partial<Parameters<typeof createGitStore>[0]> = {},
) {
  world?.remove();
  world = makeGitWorld({ 'README.md': '# Widgets\n', 'src/a.js': 'one\n', ...files });
  redactor = createRedactor([key, other, 'gpt-4o', 'production', 'short']);
  repository = await createGitStore({ dir: join(world.dir, 'data'), redactor, ...more }).open({
    key: '42',
    cloneUrl: world.remote,
  });
}
beforeEach(() => start());
afterEach(() => world.remove());

function open(at: Sha = world.first): Promise<Worktree> {
  return repository.worktree({ run: 'rabcdefghijklmno', name: 'main', at });
}

/** What is stored anywhere of git: in the data directory but for the tree, and on the remote. */
function stored(): readonly string[] {
  rmSync(join(world.dir, 'data/worktrees'), { recursive: true, force: true });
  return leaks(filesOf(world.dir), { key, other });
}

const wrapped = (text: string): string => text.replaceAll(/.{76}/g, '$&\n');
const environment = (before: string): string => `${before}PATH=/usr/bin\nANTHROPIC_API_KEY=${key}\nHOME=/home/me\n`;

describe('a file that a persona leaves is refused, and nothing of it is kept, where it holds a key', () => {
  test.each<readonly [string, string | Buffer]>([
    ['as it is', environment('')],
    ['in base64', Buffer.from(key).toString('base64')],
    ['in base64 of more, in lines', wrapped(Buffer.from(environment('A=1\n'.repeat(30))).toString('base64'))],
    ['the same, one byte on', wrapped(Buffer.from(environment(`x${'A=1\n'.repeat(30)}`)).toString('base64'))],
    ['the same, two bytes on', wrapped(Buffer.from(environment(`xx${'A=1\n'.repeat(30)}`)).toString('base64'))],
    ['in hex', Buffer.from(environment('')).toString('hex')],
    ['in hex of capitals', Buffer.from(environment('')).toString('hex').toUpperCase()],
    ['in an address', `https://example.test/?key=${encodeURIComponent(key)}`],
    ['in JSON', JSON.stringify({ env: { key } })],
    ['backwards', Array.from(key).toReversed().join('')],
    ['over two lines', `${key.slice(0, 12)}\n    ${key.slice(12)}\n`],
    ['as wide characters', Buffer.from(key, 'utf16le')],
    [
      'between bytes of any kind',
      Buffer.concat([Buffer.from([0, 255, 254, 0, 10, 13]), Buffer.from(key), Buffer.from([0])]),
    ],
    ['at the end of three megabytes', Buffer.concat([Buffer.alloc(3 * 1024 * 1024, 'lorem ipsum '), Buffer.from(key)])],
  ])('%s', async (_how, content) => {
    const tree = await open();
    writeFileSync(join(tree.path, 'variables.txt'), content);
    put(tree, 'src/a.js', 'two\n');
    const seen = await tree.changes(policy);
    expect(seen).toEqual({ files: ['src/a.js'], refused: [{ path: 'variables.txt', reason: 'secret' }] });
    const error: unknown = await tree.commit(newCommit, policy).catch((failed: unknown) => failed);
    expect(error).toMatchObject({ code: 'git/refused', class: 'failed' });
    expect(String(error)).toContain(
      'Cannot commit: "variables.txt" holds a secret that Troupe knows (a key, a token or a log-in)',
    );
    expect(String(error)).not.toContain(key);
    rmSync(join(tree.path, 'variables.txt'));
    expect(await tree.commit(newCommit, policy)).toBeDefined();
    expect(stored()).toEqual([]);
  });

  test('as the target of a link, or as a name, which is not said again', async () => {
    const tree = await open();
    symlinkSync(`./${other}`, join(tree.path, 'link'));
    put(tree, other, 'x');
    put(tree, `folder/${other}/x`, 'x');
    expect((await tree.changes(policy)).refused).toEqual([
      { path: 'a file whose name is a secret', reason: 'secret' },
      { path: 'a file whose name is a secret', reason: 'secret' },
      { path: 'link', reason: 'secret' },
    ]);
  });

  test('under attributes that make git store it otherwise', async () => {
    await start({ '.gitattributes': '*.txt working-tree-encoding=UTF-16LE eol=lf\n*.md eol=crlf\n' });
    const tree = await open();
    writeFileSync(join(tree.path, 'wide.txt'), Buffer.from(`${key}\n`, 'utf16le'));
    put(tree, 'NEW.md', `a\r\n${key}\r\n`);
    expect((await tree.changes(policy)).refused.map(({ path }) => path)).toEqual(['NEW.md', 'wide.txt']);
  });
});

describe('what is nobody’s secret is a change like any other', () => {
  test('settings that stand beside keys, short values, keys of fixtures, and what is packed', async () => {
    const tree = await open();
    put(tree, 'config.json', '{"model":"gpt-4o","env":"production","x":"short"}');
    put(tree, 'test/fixture.txt', `ghp_${'a1B2'.repeat(9)} AKIAIOSFODNN7EXAMPLE`);
    writeFileSync(join(tree.path, 'packed.gz'), gzipSync(key));
    expect((await tree.changes(policy)).refused).toEqual([]);
  });

  test('a file that held the value before may be changed, moved and deleted; another value in it may not', async () => {
    await start({ 'keys.env': `A=1\nKEY=${key}\n`, 'gone.env': `KEY=${key}\n` });
    const tree = await open();
    put(tree, 'keys.env', `A=2\nKEY=${Buffer.from(key).toString('base64')}\n`);
    rmSync(join(tree.path, 'gone.env'));
    put(tree, 'config/moved.env', `# moved\nKEY=${key}\n`);
    expect((await tree.changes(policy)).refused).toEqual([]);
    const sha = await tree.commit(newCommit, policy);
    if (sha === undefined) throw new Error('nothing was committed');
    await repository.push({ commit: sha, branch, expected: null });
    expect(world.head('work')).toBe(sha);
    put(tree, 'keys.env', `KEY=${key}\nTOKEN=${other}\n`);
    put(tree, 'src/copy.env', `KEY=${key}\n`);
    expect((await tree.changes(policy)).refused.map(({ path }) => path)).toEqual(['keys.env', 'src/copy.env']);
  });
});

describe('changes that were made elsewhere', () => {
  function elsewhere(): { readonly run: (...args: readonly string[]) => string; readonly dir: string } {
    const dir = join(world.dir, 'elsewhere');
    plainGit(world.dir, 'clone', '--quiet', world.remote, dir);
    for (const [path, text] of [
      ['variables.txt', environment('')],
      ['blob.bin', `\0\u0001${key}`],
    ] as const) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    }
    plainGit(dir, 'add', '-A');
    plainGit(dir, 'commit', '--quiet', '-m', `Mine ${key}`);
    return { dir, run: (...args) => plainGit(dir, ...args) };
  }

  test.each(['patch', 'bundle'] as const)('as a %s are refused by name before they reach the tree', async (kind) => {
    const { dir, run } = elsewhere();
    const file = join(world.dir, 'sent');
    if (kind === 'bundle') run('bundle', 'create', file, 'HEAD', `^${world.first}`);
    const content =
      kind === 'bundle'
        ? execFileSync('cat', [file])
        : execFileSync('git', ['diff', '--binary', world.first, 'HEAD'], { cwd: dir });
    rmSync(dir, { recursive: true });
    rmSync(file, { force: true });
    const tree = await open();
    const taken = await tree.take({ kind, base: world.first, content }, policy);
    expect(taken.refused).toEqual([
      { path: 'blob.bin', reason: 'secret' },
      { path: 'variables.txt', reason: 'secret' },
    ]);
    expect(await tree.changes(policy)).toEqual({ files: [], refused: [] });
    expect(stored()).toEqual([]);
  });
});

describe('nothing is pushed', () => {
  /** A commit that was made while nobody knew the value. */
  async function early(path: string, text: string, message = 'Work'): Promise<Sha> {
    const tree = await open();
    put(tree, path, text);
    const sha = await tree.commit({ ...newCommit, message }, policy);
    if (sha === undefined) throw new Error('nothing was committed');
    return sha;
  }
  const late = 'late_92mXk41PqZ';

  test('of a commit whose value became known later, also when it was picked, merged or covered by another one', async () => {
    const first = await early('late.txt', late);
    const base = world.commit('main', { 'src/b.js': 'b\n' });
    await repository.fetch();
    const picked = await repository.cherryPick(first, base, author);
    const merged = await repository.mergeTrees(base, first, newCommit);
    const covered = await repository.commitTree(await repository.treeOf(base), [first], newCommit);
    redactor.add(late);
    const commits = [first, covered, ...[picked, merged].map((made) => ('commit' in made ? made.commit : first))];
    for (const commit of commits)
      await expect(repository.push({ commit, branch, expected: null })).rejects.toMatchObject({
        code: 'git/refused',
        message: expect.stringContaining('"late.txt" holds a secret that Troupe knows'),
      });
    expect(world.head('work')).toBeUndefined();
    expect(leaks(filesOf(world.remote), { late })).toEqual([]);
  });

  test('with a value in a message, in the name of a branch or a tag, or in a state', async () => {
    const sha = await early('a.txt', 'a', `Work\n\nkey: ${Buffer.from(`x${key}`).toString('base64')}`);
    await expect(repository.push({ commit: sha, branch, expected: null })).rejects.toThrow(
      'Cannot publish: the message or the author of a commit holds a secret that Troupe knows',
    );
    const named = checkBranchName(`work/${other}`);
    await expect(repository.push({ commit: world.first, branch: named, expected: null })).rejects.toThrow(
      'Cannot publish: the name of the branch holds a secret',
    );
    await expect(repository.tag({ name: 'v1', commit: world.first, message: key })).rejects.toThrow(
      'the tag or its message',
    );
    const state = { ref: 'refs/troupe/runs/a', file: 'run.json', text: key, expected: null, author, message: 'State' };
    await expect(repository.pushStateRef(state)).rejects.toThrow('the state of a run holds a secret');
    expect(leaks(filesOf(world.remote), { key, other })).toEqual([]);
    expect(world.git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
  });

  test('of one file that is changed without a tree, but for a value that it held', async () => {
    await start({ 'CHANGELOG.md': `- ${other}\n` });
    const change = { commit: world.first, path: 'CHANGELOG.md', policy };
    await expect(repository.treeWithFile({ ...change, change: (text) => `${text}- ${key}\n` })).rejects.toMatchObject({
      code: 'git/refused',
      message: expect.stringContaining('"CHANGELOG.md" holds a secret that Troupe knows'),
    });
    expect(await repository.treeWithFile({ ...change, change: (text) => `- ${other} more\n${text}` })).toBeDefined();
  });

  test('twice of what the remote has: people’s own commits are pushed on as they are', async () => {
    const theirs = world.commit('main', { 'people.env': key }, `Keep ${key}`);
    await repository.fetch();
    const sha = await repository.emptyCommit(theirs, newCommit);
    await repository.push({ commit: sha, branch, expected: null });
    expect(world.head('work')).toBe(sha);
  });
});
