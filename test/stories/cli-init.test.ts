// From an empty repository to a commit on a branch: `troupe init`, `validate`, a rehearsal.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { troupe } from '../support/cli.ts';
import { plainGit } from '../support/git-world.ts';
import { troupeAtTerminal } from '../support/pty.ts';
import { hasPty } from '../support/requirements.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-init-'));
  plainGit(dir, 'init', '--quiet', '--initial-branch=main');
  plainGit(dir, 'config', 'user.name', 'Ada');
  plainGit(dir, 'config', 'user.email', 'ada@example.test');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('an empty repository: init, validate and a rehearsal end with a commit on a branch', async () => {
  const first = await troupe(['init', '--template', 'hotfix'], { cwd: dir });
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toMatchInlineSnapshot(`
    "+ .github/troupe/workflows/hotfix.yml
    + .github/troupe.yml
    + .github/troupe/rehearsal.yml
    ✓ .github/troupe/workflows/hotfix.yml is valid

    Next:
      troupe validate .github/troupe/workflows/hotfix.yml
      git add .github && git commit -m "Add a troupe workflow"
      troupe run hotfix --task "Try it" --answers .github/troupe/rehearsal.yml
    On GitHub: commit it to the default branch, then put the label troupe:hotfix on an issue.
    "
  `);
  expect(await troupe(['validate'], { cwd: dir })).toMatchObject({
    code: 0,
    stdout: '✓ .github/troupe/workflows/hotfix.yml\n',
  });
  // what "Next" says, word for word
  plainGit(dir, 'add', '.github');
  plainGit(dir, 'commit', '--quiet', '-m', 'Add a troupe workflow');
  const answers = '.github/troupe/rehearsal.yml';
  const run = await troupe(['run', 'hotfix', '--task', 'Try it', '--answers', answers], { cwd: dir });
  expect(run.code).toBe(0);
  const [, branch = ''] = / {2}branch {8}(\S+) at/.exec(run.stdout) ?? [];
  expect(plainGit(dir, 'show', `${branch}:TROUPE.md`)).toBe('Troupe was here.');
  expect(plainGit(dir, 'status', '--porcelain')).toBe('');

  const settings = readFileSync(join(dir, '.github/troupe.yml'), 'utf8');
  const second = await troupe(['init', '--template', 'hotfix', '--json'], { cwd: dir });
  expect(JSON.parse(second.stdout)).toMatchObject({ written: [], valid: true });
  expect(readFileSync(join(dir, '.github/troupe.yml'), 'utf8')).toBe(settings);
  const wrong = await troupe(['init', '--template', 'hotfixx'], { cwd: dir });
  expect(wrong.stderr).toContain('did you mean "hotfix"?');
});

test('in a subfolder every command works on the repository around it, as `run` does', async () => {
  const cwd = join(dir, 'shop', 'src');
  mkdirSync(cwd, { recursive: true });
  const init = await troupe(['init', '--template', 'hotfix'], { cwd });
  expect(init.code).toBe(0);
  expect(init.stdout).toContain(`In ${dir}, the root of this working copy:\n+ .github/troupe/workflows/hotfix.yml\n`);
  expect(init.stdout).toContain(`Next:\n  cd ${dir}\n`);
  expect(existsSync(join(cwd, '.github'))).toBe(false);
  expect(await troupe(['validate'], { cwd })).toMatchObject({
    code: 0,
    stdout: '✓ ../../.github/troupe/workflows/hotfix.yml\n',
  });
  expect((await troupe(['graph', 'hotfix'], { cwd })).code).toBe(0);
  plainGit(dir, 'add', '.github');
  plainGit(dir, 'commit', '--quiet', '-m', 'Add a troupe workflow');
  const answers = '../../.github/troupe/rehearsal.yml';
  const run = await troupe(['run', 'hotfix', '--task', 'Try it', '--answers', answers], { cwd });
  expect(run.code).toBe(0);
  const runs = await troupe(['runs'], { cwd });
  expect([runs.code, runs.stdout]).toEqual([0, expect.stringContaining('Try it')]);
});

test.runIf(hasPty)('at a terminal it asks for the template, and writes nothing for a person who leaves', async () => {
  const left = troupeAtTerminal(['init'], dir);
  await left.said('Which workflow do you start from?');
  left.type('\u0003');
  expect(await left.ended).toBe(130);
  expect(plainGit(dir, 'status', '--porcelain')).toBe('');

  const asked = troupeAtTerminal(['init'], dir);
  await asked.said('Which workflow do you start from?');
  // feature, hotfix, project-loop
  asked.type('\u001b[B\r');
  expect(await asked.ended).toBe(0);
  expect(asked.shown()).toContain('✓ .github/troupe/workflows/hotfix.yml is valid');
});
