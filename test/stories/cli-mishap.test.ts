// An error that nobody expected: people get a sentence and a file, no stack.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeWorkingCopy, ownNode, troupe, troupeBin } from '../support/cli.ts';

const workingCopy = makeWorkingCopy();
afterAll(() => workingCopy.remove());

/** Makes the hash that `run` needs throw: a mistake of ours as far as anybody can tell. */
const planted = (words: string): string =>
  `data:text/javascript,import crypto from 'node:crypto';import{syncBuiltinESMExports}from'node:module';crypto.hash=crypto.createHash=()=>{throw new RangeError(${JSON.stringify(words)})};syncBuiltinESMExports();`;

test('a mistake of ours is a sentence and a report without secrets, not a stack', async () => {
  const secret = 'tr0upe-very-secret-word';
  const told = await troupe(['run', 'hotfix', '--task', 'Fix it'], {
    cwd: workingCopy.path,
    env: { SOME_KEY: secret },
    nodeArguments: ['--import', planted(`no ${secret} here`)],
  });
  expect(told.code).toBe(1);
  expect(told.stderr).toMatch(
    /^Troupe made a mistake of its own in `troupe run`: no \[redacted\] here\n→ The details are in \S+ \(no secrets/,
  );
  expect(told.stderr).not.toMatch(/^ {4}at /m);
  const report = /details are in (\S+)/.exec(told.stderr)?.[1] ?? '';
  const text = readFileSync(report, 'utf8');
  expect(statSync(report).mode & 0o777).toBe(0o600);
  rmSync(dirname(report), { recursive: true });
  expect(text).toContain('command: troupe run hotfix --task Fix it');
  expect(text).toMatch(/RangeError: no \[redacted\] here\n {4}at /);
  expect(text).not.toContain(secret);
});

test('what the operating system refuses is a sentence with the place and what to do', async () => {
  mkdirSync(join(workingCopy.path, 'gone'));
  const script = 'cd gone && rmdir ../gone && exec "$0" "$@"';
  const removed = spawnSync('sh', ['-c', script, ownNode, troupeBin, 'runs'], {
    cwd: workingCopy.path,
    encoding: 'utf8',
  });
  expect([removed.status, removed.stdout, removed.stderr]).toEqual([
    2,
    '',
    'Cannot work in the current folder: it is not there\n→ The folder was removed or moved: `cd` into one that is there.\n',
  ]);
});

test('a temporary folder that is not there, for a run with and without JSON', async () => {
  const words = ['run', 'project-loop', '--task', 'Look', '--answers', workingCopy.answers('a.yml')];
  const env = { TMPDIR: '/nonexistent' };
  const said = 'Cannot write to the temporary folder /nonexistent: it is not there';
  const plain = await troupe(words, { cwd: workingCopy.path, env });
  expect([plain.code, plain.stdout]).toEqual([2, '']);
  expect(plain.stderr).toContain(`${said}\n→ Set TMPDIR to a folder that this user may write to.\n`);
  const json = await troupe([...words, '--json'], { cwd: workingCopy.path, env });
  expect([json.code, JSON.parse(json.stdout)]).toMatchObject([2, { error: { code: 'cli/system', message: said } }]);
});
