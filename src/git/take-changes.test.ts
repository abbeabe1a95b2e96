// Stories of changes that were made elsewhere: what becomes a change here, what is refused, and that nothing of them is run.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { plainGit } from '../../test/support/git-world.ts';
import { newCommit, policy, useWorktrees } from '../../test/support/worktrees.ts';
import type { Sha } from '../support/index.ts';
import { maxChangesBytes } from './take-changes.ts';
import type { Taken, Worktree } from './index.ts';

const here = useWorktrees();
let clone: string;

beforeEach(() => {
  clone = join(here.world.dir, 'elsewhere');
});

/** Where they work, from their first command on. */
function workplace(): string {
  if (!existsSync(clone)) plainGit(here.world.dir, 'clone', '--quiet', here.world.remote, clone);
  return clone;
}

/** Whoever works elsewhere, with their own git. */
function run(args: readonly string[], input?: Buffer | string): Buffer {
  return execFileSync('git', args, {
    cwd: workplace(),
    ...(input === undefined ? {} : { input }),
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      HOME: '/nonexistent',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'Mallory',
      GIT_AUTHOR_EMAIL: 'root@github.com',
      GIT_COMMITTER_NAME: 'Mallory',
      GIT_COMMITTER_EMAIL: 'root@github.com',
      GIT_ALLOW_PROTOCOL: 'file',
    },
  });
}

function git(...args: readonly string[]): string {
  return run(args).toString('utf8').trim();
}

function write(path: string, content: string | Buffer): void {
  const place = join(workplace(), path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, content);
}

/** What was changed there, as a patch. */
function patch(): Buffer {
  git('add', '--all', '--force');
  return run(['diff', '--cached', '--binary', 'HEAD']);
}

/** What was changed there, committed and as a bundle on top of what was cloned. */
function bundle(...refs: readonly string[]): Buffer {
  git('add', '--all', '--force');
  git('commit', '--quiet', '--message', 'Work done elsewhere');
  return run(['bundle', 'create', '-', 'origin/main..HEAD', ...refs]);
}

function take(tree: Worktree, kind: 'patch' | 'bundle', content: Buffer | string): Promise<Taken> {
  return takeOn(here.world.first)(tree, kind, content);
}

/** Taken in as made on that commit. */
function takeOn(base: string): typeof take {
  // an id that git printed
  return (tree, kind, content) => tree.take({ kind, base: base as Sha, content: Buffer.from(content) }, policy);
}

function everythingBut(folder: string, ...left: readonly string[]): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !left.some((one) => name === one || name.startsWith(`${one}/`)))
    .toSorted();
}

describe.each(['patch', 'bundle'] as const)('a %s', (kind) => {
  const sent = (): Buffer => (kind === 'patch' ? patch() : bundle());

  test('is a change like one made here: text, binary, mode, rename, removal, line ends', async () => {
    const noise = Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * 7_919) % 251));
    write('src/new file.js', 'new\n');
    write('src/a.js', 'changed\r\nwith other ends\r\n');
    write('pictures/é.png', noise);
    git('mv', 'README.md', 'docs.md');
    write('run.sh', '#!/bin/sh\n');
    chmodSync(join(clone, 'run.sh'), 0o755);
    symlinkSync('docs.md', join(clone, 'link'));
    const tree = await here.open({ agentView: true });
    expect(await take(tree, kind, sent())).toEqual({ refused: [], left: [] });
    const files = ['README.md', 'docs.md', 'link', 'pictures/é.png', 'run.sh', 'src/a.js', 'src/new file.js'];
    expect(await tree.changes(policy)).toEqual({ files, refused: [] });
    const sha = (await tree.commit(newCommit, policy)) ?? here.world.first;
    git('add', '--all', '--force');
    expect(await here.repository.treeOf(sha)).toBe(git('write-tree'));
    expect((await here.repository.log(here.world.first, sha)).map(({ author }) => author)).toEqual([newCommit.author]);
  });

  test('that was made on another commit is merged, or refused with the files where both changed them', async () => {
    write('src/a.js', 'theirs\n');
    write('theirs.js', 'theirs\n');
    const content = sent();
    const beside = here.world.commit('main', { 'ours.js': 'ours\n' });
    const against = here.world.commit('main', { 'src/a.js': 'ours\n' });
    await here.repository.fetch();
    const merged = await here.open({ at: beside });
    expect(await take(merged, kind, content)).toEqual({ refused: [], left: [] });
    expect(await merged.changes(policy)).toEqual({ files: ['src/a.js', 'theirs.js'], refused: [] });
    expect(readFileSync(join(merged.path, 'ours.js'), 'utf8')).toBe('ours\n');
    const tree = await here.open({ at: against });
    await expect(take(tree, kind, content)).rejects.toMatchObject({
      code: 'git/changes',
      class: 'failed',
      message:
        'Cannot take in the changes that were sent: they were made on another commit and conflict with this one in "src/a.js"',
    });
    expect(await tree.changes(policy)).toEqual({ files: [], refused: [] });
  });

  test.each<[what: string, make: () => void, path: string, reason: string]>([
    [
      'a workflow of CI',
      () => write('.github/workflows/ci.yml', 'on: issues\n'),
      '.github/workflows/ci.yml',
      'protected',
    ],
    ['the removal of a protected file', () => rmSync(join(clone, 'AGENTS.md')), 'AGENTS.md', 'protected'],
    ['a link out of the tree', () => symlinkSync('/etc', join(clone, 'out')), 'out', 'link'],
    ['a link into git', () => symlinkSync('.git/config', join(clone, 'inner')), 'inner', 'git'],
    [
      'a submodule',
      () => git('update-index', '--add', '--cacheinfo', `160000,${here.world.first},sub`),
      'sub',
      'submodule',
    ],
  ])('with %s is refused, and nothing of it is there', async (_what, make, path, reason) => {
    const before = here.world.commit('main', { 'AGENTS.md': 'Be good.\n' });
    await here.repository.fetch();
    git('fetch', '--quiet');
    git('reset', '--quiet', '--hard', 'origin/main');
    const tree = await here.open({ at: before, agentView: true });
    const lay = everythingBut(tree.path);
    make();
    if (reason !== 'submodule') git('add', '--all', '--force');
    git('commit', '--quiet', '--message', 'Evil');
    const content =
      kind === 'patch'
        ? run(['diff', '--binary', 'origin/main', 'HEAD'])
        : run(['bundle', 'create', '-', 'origin/main..HEAD']);
    expect(await takeOn(before)(tree, kind, content)).toMatchObject({ refused: [{ path, reason }] });
    await tree.discard();
    expect(everythingBut(tree.path)).toEqual(lay);
  });

  test('with too many files is refused', async () => {
    for (let n = 0; n <= policy.maxFiles; n += 1) write(`many/${n}`, `${n}\n`);
    const tree = await here.open();
    expect((await take(tree, kind, sent())).refused).toMatchObject([{ reason: 'too-many' }]);
    expect(existsSync(join(tree.path, 'many'))).toBe(false);
  });

  test('with a file that is too large is refused', async () => {
    write('large', 'many bytes\n'.repeat(200));
    const tree = await here.open();
    const content = sent();
    const small = { ...policy, maxFileBytes: 1_000 };
    const taken = tree.take({ kind, base: here.world.first, content }, small);
    if (kind === 'patch') expect(await taken).toEqual({ refused: [{ path: 'large', reason: 'too-large' }], left: [] });
    else await expect(taken).rejects.toMatchObject({ code: 'git/changes', class: 'contract' });
    expect(existsSync(join(tree.path, 'large'))).toBe(false);
  });

  test('with what is ignored here says so', async () => {
    write('ignored/cache', 'x');
    write('src/a.js', 'two\n');
    const tree = await here.open();
    expect(await take(tree, kind, sent())).toEqual({ refused: [], left: ['ignored/cache'] });
    expect(await tree.changes(policy)).toEqual({ files: ['src/a.js'], refused: [] });
  });

  test('with attributes that name programs runs none of them', async () => {
    const mark = join(here.world.dir, 'ran');
    write('.gitattributes', '* filter=evil diff=evil merge=evil\n');
    write('.gitconfig', `[filter "evil"]\n\tsmudge = touch ${mark}\n\tclean = touch ${mark}\n`);
    write('.git-hooks/post-checkout', `#!/bin/sh\ntouch ${mark}\n`);
    const tree = await here.open({ agentView: true });
    await take(tree, kind, sent()).catch(() => undefined);
    await tree.changes(policy);
    expect(existsSync(mark)).toBe(false);
  });

  test('on a commit that nobody knows here is refused', async () => {
    write('a', 'a');
    const tree = await here.open();
    await expect(takeOn('a'.repeat(40))(tree, kind, sent())).rejects.toMatchObject({
      class: 'contract',
      message: `Cannot take in the changes that were sent: they were made on ${'a'.repeat(40)}, which is not known here`,
    });
  });

  test('that is larger than allowed is not looked at', async () => {
    const tree = await here.open();
    await expect(take(tree, kind, Buffer.alloc(maxChangesBytes + 1))).rejects.toMatchObject({ class: 'contract' });
  });

  test('beside changes that were made here is refused: nobody knows which are meant', async () => {
    write('src/a.js', 'theirs\n');
    const tree = await here.open();
    writeFileSync(join(tree.path, 'mine'), 'mine');
    await expect(take(tree, kind, sent())).rejects.toMatchObject({ class: 'contract' });
  });
});

const added = (path: string, mode = '100644', body = 'evil'): string =>
  `diff --git a/${path} b/${path}\nnew file mode ${mode}\nindex 0000000..0000001\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${body}\n\\ No newline at end of file\n`;

describe('a patch that somebody wrote by hand', () => {
  test.each<[what: string, text: string, refused: object]>([
    ['leads up', added('../evil'), { path: '../evil', reason: 'outside' }],
    ['leads up from within', added('src/../../evil'), { path: 'src/../../evil', reason: 'outside' }],
    ['writes a hook', added('.git/hooks/post-checkout', '100755'), { path: '.git/hooks/post-checkout', reason: 'git' }],
    [
      'writes a hook in other letters',
      added('.GIT/hooks/post-checkout'),
      { path: '.GIT/hooks/post-checkout', reason: 'git' },
    ],
    ['writes into git below', added('sub/.git/config'), { path: 'sub/.git/config', reason: 'git' }],
    ['makes a link and writes through it', added('to', '120000', '/tmp') + added('to/evil'), { reason: 'link' }],
  ])('and that %s is refused', async (_what, text, refused) => {
    const tree = await here.open({ agentView: true });
    const lay = everythingBut(tree.path);
    expect((await take(tree, 'patch', text)).refused).toMatchObject([refused]);
    expect(everythingBut(tree.path)).toEqual(lay);
    expect(existsSync('/tmp/evil')).toBe(false);
  });

  test.each<[what: string, text: string]>([
    ['is none', 'Looks good to me!\n'],
    ['is empty lines', '\n\n'],
    ['is bytes', Buffer.from([0, 255, 1, 254]).toString('latin1')],
    ['ends in the middle', '--- a/src/a.js\n+++ b/src/a.js\n@@ -1,3 +1,3 @@\n-one\n'],
    ['is for other content', '--- a/src/a.js\n+++ b/src/a.js\n@@ -1 +1 @@\n-other\n+evil\n'],
    ['changes a file that is not there', '--- a/nothing.js\n+++ b/nothing.js\n@@ -1 +1 @@\n-a\n+b\n'],
    ['has a path from the root', added('/etc/evil')],
  ])('and that %s says why it cannot be taken', async (_what, text) => {
    const tree = await here.open();
    const lay = everythingBut(tree.path);
    const failed = await take(tree, 'patch', text).catch((error: unknown) => error);
    if (text.includes('/etc/evil')) expect(failed).toMatchObject({ refused: [{ reason: 'outside' }] });
    else expect(failed).toMatchObject({ code: 'git/changes', class: 'contract' });
    expect(everythingBut(tree.path)).toEqual(lay);
    expect(existsSync('/etc/evil')).toBe(false);
  });

  test.each<[what: string, head: string]>([
    ['file', 'literal 4000000000'],
    ['delta', `delta ${bomb().size}`],
  ])('and whose %s would grow to gigabytes is refused before it does', async (_what, head) => {
    const body = head.startsWith('delta') ? bomb().lines : 'zcmZ\n';
    const text = `diff --git a/src/a.js b/src/a.js\nindex ${'1'.repeat(40)}..${'2'.repeat(40)} 100644\nGIT binary patch\n${head}\n${body}\n`;
    const tree = await here.open();
    await expect(take(tree, 'patch', text)).rejects.toMatchObject({
      class: 'contract',
      message: expect.stringMatching(/they take \d{10} bytes, more than \d+ that are allowed/),
    });
  });

  test('as mail of several commits is one change', async () => {
    write('src/a.js', 'two\n');
    git('commit', '--quiet', '--all', '--message', 'One');
    write('src/a.js', 'three\n');
    write('b.js', 'b\n');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'Two');
    const tree = await here.open();
    expect(await take(tree, 'patch', run(['format-patch', '--stdout', 'origin/main']))).toEqual({
      refused: [],
      left: [],
    });
    expect(await tree.changes(policy)).toEqual({ files: ['b.js', 'src/a.js'], refused: [] });
    expect(readFileSync(join(tree.path, 'src/a.js'), 'utf8')).toBe('three\n');
  });
});

describe('a bundle that somebody made up', () => {
  test('with more refs brings none of them, and its commit counts', async () => {
    git('branch', 'main-of-mallory', 'origin/main');
    write('evil', 'evil');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'Evil');
    git('update-ref', 'refs/heads/main', 'HEAD');
    git('update-ref', 'refs/tags/v1.0', 'HEAD');
    git('checkout', '--quiet', '-b', 'work', 'origin/main');
    write('good', 'good');
    const content = bundle('--branches', '--tags');
    const tree = await here.open();
    expect(await take(tree, 'bundle', content)).toEqual({ refused: [], left: [] });
    expect(await tree.changes(policy)).toEqual({ files: ['good'], refused: [] });
    expect(await here.repository.tags()).toEqual([]);
    expect(await here.repository.remoteBranch('main' as never)).toBe(here.world.first);
    // none of its objects came along
    const evil = git('rev-parse', 'main');
    await expect(here.repository.treeOf(evil as Sha)).rejects.toThrow();
  });

  test('with several commits and none of them named is refused', async () => {
    for (const name of ['one', 'two']) {
      git('checkout', '--quiet', '-b', name, 'origin/main');
      write(name, name);
      git('add', '--all');
      git('commit', '--quiet', '--message', name);
    }
    const content = run(['bundle', 'create', '-', '--branches=[ot]*', '^origin/main']);
    const tree = await here.open();
    await expect(take(tree, 'bundle', content)).rejects.toMatchObject({
      message: expect.stringContaining('the bundle names 2 commits and does not say which one is meant'),
    });
  });

  test.each<[what: string, entry: (blob: string, tree: string) => string]>([
    ['git', (blob) => `100644 blob ${blob}\t.git\n`],
    ['git in other letters', (_blob, tree) => `040000 tree ${tree}\t.GIT\n`],
    ['the folder above', (_blob, tree) => `040000 tree ${tree}\t..\n`],
    ['a path', (blob) => `100644 blob ${blob}\tsub/evil\n`],
    ['nothing', (blob) => `100644 blob ${blob}\t.\n`],
  ])('with a tree that names %s is refused', async (_what, entry) => {
    const blob = run(['hash-object', '-w', '--stdin'], 'evil').toString().trim();
    const inner = rawTree([['100644', 'config', blob]]);
    const [, mode = '', id = '', name = ''] = /^(\d+) \w+ (\w+)\t(.+)\n$/.exec(entry(blob, inner)) ?? [];
    const evil = rawTree([[mode.replace(/^0/, ''), name, id]]);
    const commit = git('commit-tree', evil, '-p', 'origin/main', '-m', 'Evil');
    git('update-ref', 'refs/heads/evil', commit);
    const content = run(['bundle', 'create', '-', 'evil', '^origin/main']);
    const tree = await here.open({ agentView: true });
    const lay = everythingBut(tree.path);
    await expect(take(tree, 'bundle', content)).rejects.toMatchObject({
      class: 'contract',
      message: expect.stringMatching(/git refuses the bundle: .*(hasDot|hasDotdot|hasDotgit|fullPathname)/),
    });
    expect(everythingBut(tree.path)).toEqual(lay);
  });

  test('that needs commits which are not here is refused', async () => {
    const elsewhere = git('commit-tree', `${here.world.first}^{tree}`, '-m', 'A history of its own');
    git('checkout', '--quiet', '-b', 'other', elsewhere);
    write('a', 'a');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'On top');
    const tree = await here.open();
    const needing = run(['bundle', 'create', '-', `${elsewhere}..other`]);
    await expect(take(tree, 'bundle', needing)).rejects.toMatchObject({
      class: 'contract',
      message: expect.stringContaining('the bundle needs commits that'),
    });
    const whole = run(['bundle', 'create', '-', 'other']);
    await expect(take(tree, 'bundle', whole)).rejects.toMatchObject({
      class: 'contract',
      message: expect.stringContaining('is not on top of'),
    });
  });

  test('that is cut off, changed or none is refused', async () => {
    write('a', 'some text\n'.repeat(100));
    const good = bundle();
    const flipped = Buffer.from(good);
    flipped[good.length - 30] = (good[good.length - 30] ?? 0) ^ 1;
    const tree = await here.open();
    const none = [
      good.subarray(0, good.length - 40),
      flipped,
      Buffer.from('# v2 git bundle\n\n'),
      Buffer.alloc(0),
      good.subarray(20),
    ];
    for (const content of none)
      await expect(take(tree, 'bundle', content)).rejects.toMatchObject({ code: 'git/changes', class: 'contract' });
    expect(await take(tree, 'bundle', good)).toEqual({ refused: [], left: [] });
  });

  test('that would grow to more than is allowed is refused before it does', async () => {
    write('zeros', Buffer.alloc(policy.maxFileBytes + 1));
    const content = bundle();
    expect(content.length).toBeLessThan(100_000);
    const tree = await here.open();
    await expect(take(tree, 'bundle', content)).rejects.toMatchObject({
      message: expect.stringMatching(/they take \d+ bytes, more than \d+ that are allowed/),
    });
  });
});

/** A tree as git itself would not write it. */
function rawTree(entries: readonly (readonly [mode: string, name: string, id: string])[]): string {
  const bytes = Buffer.concat(
    entries.flatMap(([mode, name, id]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
  );
  return run(['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], bytes).toString().trim();
}

/** A delta of a few bytes that makes three gigabytes, as a patch carries it. */
function bomb(): { readonly size: number; readonly lines: string } {
  const varint = (value: number): number[] =>
    value < 0x80 ? [value] : [(value % 128) | 0x80, ...varint(Math.floor(value / 128))];
  const delta = Buffer.from([...varint(4), ...varint(3_000_000_000), 0x80 | 0x10, 4]);
  const packed = deflateSync(delta);
  const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~';
  const padded = Buffer.concat([packed, Buffer.alloc((4 - (packed.length % 4)) % 4)]);
  let text = '';
  for (let at = 0; at < padded.length; at += 4) {
    let value = padded.readUInt32BE(at);
    let word = '';
    for (let n = 0; n < 5; n += 1) {
      word = (letters[value % 85] ?? '') + word;
      value = Math.floor(value / 85);
    }
    text += word;
  }
  return { size: delta.length, lines: `${String.fromCharCode(64 + packed.length)}${text}\n` };
}
