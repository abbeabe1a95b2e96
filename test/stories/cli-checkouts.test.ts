// `troupe run` in every kind of checkout: what CI makes, worktrees, submodules; and where nobody can work, one clear sentence.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeWorkingCopy, troupe } from '../support/cli.ts';
import type { CliEnd, WorkingCopy } from '../support/cli.ts';

const build = `name: Build
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
`;

let workingCopy: WorkingCopy;
beforeEach(() => {
  workingCopy = makeWorkingCopy({ '.github/troupe/workflows/build.yml': build });
});
afterEach(() => workingCopy.remove());

function git(cwd: string, ...args: readonly string[]): string {
  return execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.test', ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

function beside(name: string): string {
  return join(dirname(workingCopy.path), name);
}

async function run(cwd: string): Promise<CliEnd> {
  return troupe(['run', 'build', '--task', 'Count the quantity', '--answers', workingCopy.answers('a.yml'), '--json'], {
    cwd,
  });
}

/** The commits of the branch that the run made, newest first. */
function made(ended: CliEnd, cwd: string): readonly string[] {
  expect(ended.stderr).not.toContain('Cannot');
  expect(ended.code).toBe(0);
  return git(cwd, 'log', '--format=%s', JSON.parse(ended.stdout).facts.branch).split('\n');
}

test('a detached HEAD is the base, whatever the branches are', async () => {
  git(workingCopy.path, 'checkout', '--quiet', '--detach');
  git(workingCopy.path, 'commit', '--quiet', '--allow-empty', '--message', 'Only here');
  const ended = await run(workingCopy.path);
  expect(made(ended, workingCopy.path)).toEqual([
    'Implement',
    'Start: Count the quantity',
    'Only here',
    'Add the cart',
  ]);
  expect(git(workingCopy.path, 'rev-parse', '--abbrev-ref', 'HEAD')).toBe('HEAD');
});

test('a checkout of CI works: the newest commit only, no branch at all, an odd remote', async () => {
  for (const subject of ['Two', 'Three'])
    git(workingCopy.path, 'commit', '--quiet', '--allow-empty', '--message', subject);
  const ci = beside('ci');
  git(dirname(ci), 'clone', '--quiet', '--depth=1', `file://${workingCopy.path}`, ci);
  git(ci, 'checkout', '--quiet', '--detach');
  git(ci, 'branch', '--quiet', '--delete', '--force', 'main');
  git(ci, 'remote', 'set-url', 'origin', 'odd+ssh://user:p w@[::1]:22/x y');
  expect(made(await run(ci), ci)).toEqual(['Implement', 'Start: Count the quantity', 'Three']);
});

test('an agent in a checkout of the newest commits reads their history', async () => {
  git(workingCopy.path, 'commit', '--quiet', '--allow-empty', '--message', 'Two');
  const ci = beside('ci');
  git(dirname(ci), 'clone', '--quiet', '--depth=1', `file://${workingCopy.path}`, ci);
  const agent = 'cat >/dev/null; git log --format=%s > log.txt && echo \'{"status":"pass","summary":"Read."}\'';
  const config = beside('troupe.config.yml');
  writeFileSync(
    config,
    `default_provider: agent\nproviders:\n  agent: { transport: shell, command: [sh, -c, ${JSON.stringify(agent)}] }\n`,
  );
  const ended = await troupe(['run', 'build', '--task', 'x', '--config', config, '--json'], { cwd: ci });
  expect(ended).toMatchObject({ code: 0 });
  expect(git(ci, 'show', `${JSON.parse(ended.stdout).facts.branch}:log.txt`).split('\n')).toEqual(['Start: x', 'Two']);
});

test('a worktree, and a folder of a submodule, are working copies of their own', async () => {
  const worktree = beside('worktree');
  git(workingCopy.path, 'worktree', 'add', '--quiet', '--detach', worktree);
  expect(made(await run(worktree), worktree).at(-1)).toBe('Add the cart');
  const outer = beside('outer');
  git(dirname(outer), 'init', '--quiet', outer);
  git(outer, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', workingCopy.path, 'cart');
  const inner = join(outer, 'cart', 'src');
  expect(made(await run(inner), inner).at(-1)).toBe('Add the cart');
});

test('where nobody can work, one sentence says what is missing', async () => {
  const folder = (name: string, ...args: readonly string[]): string => {
    mkdirSync(beside(name));
    if (args.length > 0) git(beside(name), ...args);
    return beside(name);
  };
  const bare = folder('bare.git', 'init', '--quiet', '--bare');
  const unborn = folder('unborn', 'init', '--quiet');
  const empty = folder('empty');
  const other = folder('other', 'init', '--quiet', '--object-format=sha256');
  git(other, 'commit', '--quiet', '--allow-empty', '--message', 'Start');
  const said = await Promise.all(
    [bare, unborn, empty, join(workingCopy.path, '.git'), other].map(async (cwd) => {
      const { code, stderr } = await troupe(['run', 'build', '--task', 'x'], { cwd });
      return [code, stderr.replaceAll(dirname(workingCopy.path), '')];
    }),
  );
  expect(said).toMatchInlineSnapshot(`
    [
      [
        2,
        "Cannot work in /bare.git: it is a bare repository, without files to work on
    → Make a working copy of it (\`git clone\` or \`git worktree add\`) and go there.
    ",
      ],
      [
        2,
        "Cannot work in /unborn: the repository has no commit yet
    → Make the first one: \`git commit --allow-empty -m 'Start'\`.
    ",
      ],
      [
        2,
        "Cannot work in /empty: it is not in a git working copy
    → Go to a repository with at least one commit.
    ",
      ],
      [
        2,
        "Cannot work in /cart/.git: it is the inside of a \`.git\` folder
    → Go to the folder around it.
    ",
      ],
      [
        2,
        "Cannot work in /other: its objects are named by SHA-256, which neither Troupe nor GitHub reads
    → Work in a repository with the usual object format (\`git init --object-format=sha1\`).
    ",
      ],
    ]
  `);
});

test('a run that was left goes on from its commit, whatever is checked out now', async () => {
  git(workingCopy.path, 'checkout', '--quiet', '--detach');
  const failing = workingCopy.answers('f.yml', { 'lead-engineer': { status: 'fail', summary: 'Not yet.' } });
  const first = await troupe(['run', 'build', '--task', 'x', '--answers', failing, '--json'], {
    cwd: workingCopy.path,
  });
  expect(first.code).toBe(1);
  git(workingCopy.path, 'checkout', '--quiet', 'main');
  git(workingCopy.path, 'commit', '--quiet', '--allow-empty', '--message', 'Later');
  workingCopy.answers('f.yml');
  const retried = await troupe(['retry', JSON.parse(first.stdout).id], { cwd: workingCopy.path });
  const [, next = ''] = /as (r\w{15})/.exec(retried.stdout) ?? [];
  const again = await troupe(['resume', next, '--json'], { cwd: workingCopy.path });
  const commits = made(again, workingCopy.path);
  expect(commits[0]).toBe('Implement');
  expect(commits).not.toContain('Later');
});
