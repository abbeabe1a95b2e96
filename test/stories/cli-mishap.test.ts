// An error that nobody expected: people get a sentence and a file, no stack.
import { readFileSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeDesk, troupe } from '../support/cli.ts';

const desk = makeDesk();
afterAll(() => desk.remove());

/** Makes the hash that `run` needs throw: a mistake of ours as far as anybody can tell. */
const planted = (words: string): string =>
  `data:text/javascript,import crypto from 'node:crypto';import{syncBuiltinESMExports}from'node:module';crypto.hash=crypto.createHash=()=>{throw new RangeError(${JSON.stringify(words)})};syncBuiltinESMExports();`;

test('a mistake of ours is a sentence and a report without secrets, not a stack', async () => {
  const secret = 'tr0upe-very-secret-word';
  const told = await troupe(['run', 'hotfix', '--task', 'Fix it'], {
    cwd: desk.path,
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
