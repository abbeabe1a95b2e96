// Stories of the tree an agent writes: what it may leave there, what is refused, and what never runs.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { plainGit } from '../../test/support/git-world.ts';
import { newCommit, policy, put, useWorktrees } from '../../test/support/worktrees.ts';
import { checkBranchName } from './index.ts';

const here = useWorktrees();

test('what an agent wrote, changed and removed becomes one commit', async () => {
  const tree = await here.open({ agentView: true });
  put(tree, 'src/new.js', 'new\n');
  put(tree, 'src/a.js', 'changed\n');
  put(tree, 'ignored/cache', 'cache\n');
  rmSync(join(tree.path, 'README.md'));
  expect(await tree.changes(policy)).toEqual({ files: ['README.md', 'src/a.js', 'src/new.js'], refused: [] });
  const sha = await tree.commit(newCommit, policy);
  if (sha === undefined) throw new Error('a commit was expected');
  expect((await here.repository.diff(here.world.first, sha)).files.map(({ path }) => path)).toEqual([
    'README.md',
    'src/a.js',
    'src/new.js',
  ]);
  expect(tree.at).toBe(sha);
  expect(await tree.commit(newCommit, policy)).toBeUndefined();
});

test('the next attempt starts at the branch head, with caches kept', async () => {
  const tree = await here.open();
  put(tree, 'src/a.js', 'half done\n');
  put(tree, 'left/over.txt', 'x');
  put(tree, 'cache/kept', 'x');
  put(tree, 'ignored/kept', 'x');
  const again = await here.open({ keep: ['cache'] });
  expect(readFileSync(join(again.path, 'src/a.js'), 'utf8')).toBe('one\n');
  expect(existsSync(join(again.path, 'left'))).toBe(false);
  expect(existsSync(join(again.path, 'cache/kept'))).toBe(true);
  expect(existsSync(join(again.path, 'ignored/kept'))).toBe(true);
  expect(await again.changes(policy)).toMatchObject({ files: ['cache/kept'] });
  await again.discard();
  const fresh = await here.open({ fresh: true });
  expect(existsSync(join(fresh.path, 'ignored'))).toBe(false);
});

test('an agent sees history and its own changes, and no remote', async () => {
  const tree = await here.open({ agentView: true });
  expect(plainGit(tree.path, 'status', '--porcelain')).toBe('');
  expect(plainGit(tree.path, 'log', '--format=%s')).toBe('First');
  put(tree, 'src/a.js', 'changed\n');
  expect(plainGit(tree.path, 'diff', '--name-only')).toBe('src/a.js');
  expect(plainGit(tree.path, 'remote')).toBe('');
  plainGit(tree.path, 'commit', '-qam', 'an agent commits');
  expect(await tree.changes(policy)).toEqual({ files: ['src/a.js'], refused: [] });
  expect(tree.readable?.every((dir) => existsSync(dir))).toBe(true);
});

test('what decides over runs, belongs to git or cannot be read is refused by name, in any spelling', async () => {
  const table: readonly (readonly [path: string, reason: string])[] = [
    ['.github/workflows/evil.yml', 'protected'],
    ['.GitHub/Workflows/evil.yml', 'protected'],
    ['.github/troupe.yml', 'protected'],
    ['.github/troupe/personas/x.md', 'protected'],
    ['.github/CODEOWNERS', 'protected'],
    ['docs/CODEOWNERS', 'protected'],
    ['.github/agents/x.md', 'protected'],
    ['.claude/commands/x.md', 'protected'],
    ['packages/a/.mcp.json', 'protected'],
    ['src/AGENTS.md', 'protected'],
    ['CLAUDE.md', 'protected'],
    ['secrets/key', 'protected'],
    ['.GIT/hooks/pre-commit', 'git'],
    ['src/.Git/config', 'git'],
    ['git~1/config', 'git'],
    ['.git./config', 'git'],
    ['.git /config', 'git'],
    ['.g\u200cit/config', 'git'],
    ['.git::$INDEX_ALLOCATION/config', 'git'],
    ['new\nline', 'name'],
    ['bell\u0007', 'name'],
    ['right\u202eto-left.js', 'name'],
    ['back\\slash', 'name'],
  ];
  const tree = await here.open({ agentView: true });
  for (const [path, reason] of table) {
    put(tree, path, 'x');
    expect((await tree.changes(policy)).refused).toEqual([{ path, reason }]);
    await expect(tree.commit(newCommit, policy)).rejects.toMatchObject({ code: 'git/refused' });
    rmSync(join(tree.path, path));
  }
  put(tree, 'right\u202eto-left.js', 'x');
  const refusal = await tree.commit(newCommit, policy).catch((error: unknown) => String(error));
  expect(refusal).toContain(String.raw`"right\342\200\256to-left.js" has a name with`);
});

test('protected files cannot be deleted or shadowed by a link either', async () => {
  const tree = await here.open();
  rmSync(join(tree.path, '.github'), { recursive: true });
  put(tree, 'gh/workflows/evil.yml', 'on: push');
  symlinkSync('gh', join(tree.path, '.github'));
  expect((await tree.changes(policy)).refused).toEqual([
    { path: '.github', reason: 'protected' },
    { path: '.github/workflows/ci.yml', reason: 'protected' },
  ]);
});

test('links that lead outside, nowhere or into git are refused; links inside the tree are committed', async () => {
  const tree = await here.open({ agentView: true });
  const outside = join(here.world.dir, 'outside');
  mkdirSync(outside);
  symlinkSync(outside, join(tree.path, 'absolute'));
  symlinkSync('../../../outside', join(tree.path, 'relative'));
  symlinkSync('missing', join(tree.path, 'dangling'));
  symlinkSync('.git/config', join(tree.path, 'config'));
  symlinkSync('absolute', join(tree.path, 'twice'));
  symlinkSync('src/a.js', join(tree.path, 'fine'));
  writeFileSync(join(tree.path, 'absolute/through'), 'x');
  const changes = await tree.changes(policy);
  expect(changes.files).toEqual(['fine']);
  expect(changes.refused).toEqual([
    { path: 'absolute', reason: 'link' },
    { path: 'config', reason: 'git' },
    { path: 'dangling', reason: 'link' },
    { path: 'relative', reason: 'link' },
    { path: 'twice', reason: 'link' },
  ]);
  for (const name of ['absolute', 'relative', 'dangling', 'config', 'twice']) rmSync(join(tree.path, name));
  const sha = await tree.commit(newCommit, policy);
  expect(here.world.git('--git-dir', here.world.mirror('42') ?? '', 'ls-tree', sha ?? '', 'fine')).toContain('120000');
});

test('a folder swapped for a link takes nothing from outside along, and a reset leaves the outside alone', async () => {
  const tree = await here.open();
  const outside = join(here.world.dir, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'a.js'), 'outside\n');
  rmSync(join(tree.path, 'src'), { recursive: true });
  symlinkSync(outside, join(tree.path, 'src'));
  expect((await tree.changes(policy)).refused).toEqual([
    { path: 'src', reason: 'link' },
    { path: 'src/a.js', reason: 'link' },
    { path: 'src/sub/b.js', reason: 'link' },
  ]);
  await tree.discard();
  expect(readFileSync(join(outside, 'a.js'), 'utf8')).toBe('outside\n');
  expect(readdirSync(outside)).toEqual(['a.js']);
  expect(readFileSync(join(tree.path, 'src/a.js'), 'utf8')).toBe('one\n');
});

test('a file beside the tree is seen and named', async () => {
  const tree = await here.open();
  writeFileSync(join(tree.path, '../x'), 'x');
  expect((await tree.changes(policy)).refused).toEqual([{ path: '../x', reason: 'outside' }]);
  await expect(tree.commit(newCommit, policy)).rejects.toThrow('Cannot commit: "../x" lies outside the worktree');
  await tree.discard();
  expect((await tree.changes(policy)).refused).toEqual([]);
});

test('a repository inside the repository is refused and never becomes a submodule', async () => {
  const tree = await here.open({ agentView: true });
  mkdirSync(join(tree.path, 'nested'));
  plainGit(join(tree.path, 'nested'), 'init', '--quiet');
  put(tree, 'nested/file', 'x');
  plainGit(join(tree.path, 'nested'), 'add', '.');
  plainGit(join(tree.path, 'nested'), 'commit', '-qm', 'x');
  expect((await tree.changes(policy)).refused).toEqual([{ path: 'nested', reason: 'git' }]);
});

test('files that are too large and more files than allowed are refused', async () => {
  const tree = await here.open();
  put(tree, 'big.bin', 'x'.repeat(101));
  for (let i = 0; i < 4; i += 1) put(tree, `many/${i}.txt`, 'x');
  const { refused } = await tree.changes({ ...policy, maxFileBytes: 100, maxFiles: 3 });
  expect(refused).toEqual([
    { path: 'big.bin', reason: 'too-large' },
    { path: 'many/3.txt', reason: 'too-many' },
  ]);
});

test('of everything an agent plants for git to run, nothing runs', async () => {
  const tree = await here.open({ agentView: true });
  const proof = join(here.world.dir, 'executed');
  const program = join(tree.path, 'program.sh');
  writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> ${proof}\ncat\n`);
  chmodSync(program, 0o755);
  const planted = `
[core]
  fsmonitor = ${program}
  sshCommand = ${program}
  hooksPath = ${tree.path}/hooks
  pager = ${program}
  editor = ${program}
  attributesFile = ${tree.path}/attributes
[alias]
  status = !${program}
  add = !${program}
[diff]
  external = ${program}
[diff "evil"]
  textconv = ${program}
  command = ${program}
[filter "evil"]
  clean = ${program}
  smudge = ${program}
  process = ${program}
  required = true
[merge "evil"]
  driver = ${program}
[credential]
  helper = !${program}
[gpg]
  program = ${program}
[commit]
  gpgSign = true
[uploadpack]
  packObjectsHook = ${program}
`;
  put(tree, '.gitattributes', '* filter=evil diff=evil merge=evil\n');
  for (const place of ['.git/config', 'src/.git/config', 'config', '.git/info/attributes', '.git/config.worktree'])
    put(tree, place, planted);
  for (const hook of [
    'pre-commit',
    'post-commit',
    'post-checkout',
    'post-index-change',
    'reference-transaction',
    'pre-push',
  ])
    for (const place of ['.git/hooks', 'hooks', 'src/.git/hooks']) {
      put(tree, `${place}/${hook}`, `#!/bin/sh\necho ${hook} >> ${proof}\n`);
      chmodSync(join(tree.path, place, hook), 0o755);
    }
  put(tree, 'src/.git/HEAD', 'ref: refs/heads/main\n');
  mkdirSync(join(tree.path, 'src/.git/objects'));
  mkdirSync(join(tree.path, 'src/.git/refs'));
  put(tree, 'src/a.js', 'changed\n');

  await tree.changes(policy);
  // what git would run a program for is not committed as if there were none
  await expect(tree.commit(newCommit, policy)).rejects.toThrow('".gitattributes" is under the filter "evil"');
  put(tree, '.gitattributes', '* diff=evil merge=evil\n');
  const sha = await tree.commit(newCommit, policy);
  if (sha === undefined) throw new Error('a commit was expected');
  await here.repository.diff(here.world.first, sha);
  const theirs = here.world.commit('main', { 'src/a.js': 'theirs\n' });
  await here.repository.fetch();
  expect(await here.repository.mergeTrees(sha, theirs, newCommit)).toEqual({ conflict: ['src/a.js'] });
  expect(await here.repository.rebase(sha, theirs, newCommit.author)).toEqual({ conflict: ['src/a.js'] });
  await here.repository.push({ commit: sha, branch: checkBranchName('troupe/7-x'), expected: null });
  put(tree, '.gitattributes', '* filter=evil diff=evil merge=evil\n');
  await tree.discard();
  await here.open({ at: sha, agentView: true });
  expect(existsSync(proof)).toBe(false);

  // The same plants do run for plain git, so the test would notice.
  put(tree, '.git/config', planted);
  execFileSync('sh', ['-c', 'git status >/dev/null 2>&1 </dev/null || true'], {
    cwd: tree.path,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent' },
  });
  expect(existsSync(proof)).toBe(true);
});

test('agent configuration of an untrusted ref is hidden from the agent and stays in the commit', async () => {
  const tree = await here.open({ maskAgentConfiguration: true, agentView: true });
  expect(existsSync(join(tree.path, '.claude/settings.json'))).toBe(false);
  expect(existsSync(join(tree.path, '.mcp.json'))).toBe(false);
  expect((await tree.changes(policy)).files).toEqual([]);
  expect(plainGit(tree.path, 'status', '--porcelain')).toBe('');
  put(tree, 'src/a.js', 'changed\n');
  put(tree, '.claude/settings.json', 'the agent writes its own\n');
  const sha = await tree.commit(newCommit, policy);
  expect(await here.repository.readFile(sha ?? here.world.first, '.claude/settings.json')).toBe('{"hooks":{}}\n');
  const shown = await here.open();
  expect(readFileSync(join(shown.path, '.mcp.json'), 'utf8')).toBe('{}\n');
});

test('rules that an attempt leaves behind in a masked tree do not reach the next one', async () => {
  const masked = { maskAgentConfiguration: true, agentView: true };
  const tree = await here.open(masked);
  put(tree, 'src/.gitattributes', '*.js text eol=crlf\n');
  const next = here.world.commit('main', { 'src/c.js': 'c\n' });
  await here.repository.fetch();
  const again = await here.open({ ...masked, at: next });
  for (const [path, text] of [
    ['src/a.js', 'one\n'],
    ['src/c.js', 'c\n'],
  ] as const)
    expect(readFileSync(join(again.path, path), 'utf8')).toBe(text);
  expect(existsSync(join(again.path, 'src/.gitattributes'))).toBe(false);
  expect(existsSync(join(again.path, '.mcp.json'))).toBe(false);
  expect(await again.changes(policy)).toEqual({ files: [], refused: [] });
});

test('a left-over lock, a broken index and a missing directory do not stop the next attempt', async () => {
  const tree = await here.open();
  const gitDir = join(tree.path, '../git');
  writeFileSync(join(gitDir, 'index'), 'broken');
  writeFileSync(join(gitDir, 'index.lock'), '');
  expect(readFileSync(join((await here.open()).path, 'src/a.js'), 'utf8')).toBe('one\n');
  rmSync(tree.path, { recursive: true });
  expect(existsSync(join((await here.open()).path, 'src/a.js'))).toBe(true);
});

test('ten worktrees at once do not disturb each other and none is left', async () => {
  const names = Array.from({ length: 10 }, (_, index) => `review.${index}`);
  const shas = await Promise.all(
    names.map(async (name) => {
      const tree = await here.open({ name });
      put(tree, `${name}.txt`, name);
      return tree.commit(newCommit, policy);
    }),
  );
  expect(new Set(shas).size).toBe(10);
  for (const [index, sha] of shas.entries())
    expect(
      (await here.repository.diff(here.world.first, sha ?? here.world.first)).files.map(({ path }) => path),
    ).toEqual([`review.${index}.txt`]);
  await here.open({ run: 'rzzzzzzzzzzzzzzz' });
  await here.repository.release('rabcdefghijklmno');
  expect(readdirSync(join(here.world.dir, 'data/worktrees'))).toEqual(['rzzzzzzzzzzzzzzz']);
  await here.store.sweep(() => false);
  expect(readdirSync(join(here.world.dir, 'data/worktrees'))).toEqual([]);
});

test('the second run’s workspace is a tree that no agent has touched, and stands at its own commit', async () => {
  const tree = await here.open({ agentView: true });
  put(tree, 'src/a.js', 'planted\n');
  put(tree, 'ignored/planted', 'x');
  await here.repository.release('rabcdefghijklmno');
  expect(readdirSync(join(here.world.dir, 'data/spares'))).toEqual([expect.stringMatching(/^42-/)]);
  const later = here.world.commit('main', { 'src/a.js': 'two\n' });
  await here.repository.fetch();
  const second = await here.open({ run: 'rzzzzzzzzzzzzzzz', at: later, agentView: true });
  expect(readdirSync(join(here.world.dir, 'data/spares'))).toEqual([]);
  expect(readFileSync(join(second.path, 'src/a.js'), 'utf8')).toBe('two\n');
  expect(existsSync(join(second.path, 'ignored'))).toBe(false);
  expect(plainGit(second.path, 'status', '--porcelain')).toBe('');
  expect(await second.changes(policy)).toEqual({ files: [], refused: [] });
});

test.each(['in the second in which it was made', 'in a later one'])(
  'a change of the same length is seen in a workspace that was taken over %s',
  async (when) => {
    await here.open();
    await here.repository.release('rabcdefghijklmno');
    const index = join(
      here.world.dir,
      'data/spares',
      readdirSync(join(here.world.dir, 'data/spares'))[0] ?? '',
      'git/index',
    );
    const madeIn = (): number => Math.floor(statSync(index).mtimeMs / 1_000);
    if (when === 'in a later one') while (Math.floor(Date.now() / 1_000) <= madeIn()) await pause(20);
    const second = await here.open({ run: 'rzzzzzzzzzzzzzzz' });
    const was = readFileSync(join(second.path, 'src/a.js'), 'utf8');
    put(second, 'src/a.js', was.replace(/[a-z]/, 'X'));
    put(second, 'left.txt', 'x');
    expect((await second.changes(policy)).files.toSorted()).toEqual(['left.txt', 'src/a.js']);
    // what was reset once is cleaned like any other
    await second.discard();
    expect(await second.changes(policy)).toEqual({ files: [], refused: [] });
    expect(existsSync(join(second.path, 'left.txt'))).toBe(false);
  },
);

test('what somebody leaves in a workspace that was taken over with its changes is cleaned like any other', async () => {
  await here.open();
  await here.repository.release('rabcdefghijklmno');
  const second = await here.open({ run: 'rzzzzzzzzzzzzzzz', keepChanges: true });
  put(second, 'left.txt', 'x');
  await second.discard();
  expect(existsSync(join(second.path, 'left.txt'))).toBe(false);
});
