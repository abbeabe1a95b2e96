// Several Troupes on one machine, as root and without bubblewrap: no two have the same user, and nobody ends processes of another.
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hasOtherUsers } from '../../../test/support/requirements.ts';
import { claimsFolder, claimUser } from './user-claims.ts';

const support = resolve(import.meta.dirname, '../../../test/support');
let dir: string;
let folder: string;
const started: ChildProcessWithoutNullStreams[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-users-'));
  chmodSync(dir, 0o755);
  folder = join(dir, 'claims');
  mkdirSync(folder, { mode: 0o700 });
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

interface Other {
  readonly child: ChildProcessWithoutNullStreams;
  line(): Promise<string>;
}

function other(program: string, ...args: readonly string[]): Other {
  const child = spawn(process.execPath, [join(support, program), ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  started.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, line: async () => String((await lines.next()).value ?? '') };
}

async function claimingHere(count: number): Promise<Other> {
  const one = other('claiming-process.ts', folder, '1000', String(count));
  expect(await one.line()).toBe('ready');
  return one;
}

test('two processes that claim at once never have the same user', async () => {
  const both = await Promise.all([claimingHere(400), claimingHere(400)]);
  for (const { child } of both) child.stdin.write('go\n');
  const [first = [], second = []] = await Promise.all(both.map(async ({ line }) => (await line()).split(' ')));
  expect(first.filter((uid) => uid !== '' && second.includes(uid))).toEqual([]);
  expect(first.length + second.length).toBeGreaterThan(100);
});

test('what a killed process had is free again; what a living one has is not', async () => {
  const one = await claimingHere(3);
  one.child.stdin.write('go\n');
  expect(await one.line()).toBe('1000 1001 1002');
  expect(claimUser(1_001, folder)).toBeUndefined();
  expect(claimUser(1_003, folder)?.uid).toBe(1_003);
  one.child.kill('SIGKILL');
  await once(one.child, 'exit');
  expect(claimUser(1_001, folder)?.uid).toBe(1_001);
  // the dead one's file is gone, ours is there
  expect(readdirSync(folder).filter((name) => name.startsWith('1001.'))).toHaveLength(1);
});

test('within one process, too, a user is given once, and again after it was given back', () => {
  const claim = claimUser(7, folder);
  expect(claimUser(7, folder)).toBeUndefined();
  claim?.release();
  expect(claimUser(7, folder)?.uid).toBe(7);
});

test('a number that another process has now is not taken for the owner', () => {
  const [name = ''] = (claimUser(9, folder), readdirSync(folder));
  const [uid, pid, , ...rest] = name.split('.');
  rmSync(join(folder, name));
  writeFileSync(join(folder, [uid, pid, '1', ...rest].join('.')), '');
  expect(claimUser(9, folder)?.uid).toBe(9);
});

test.runIf(process.getuid?.() === 0)('a folder that others may write to is no place for claims', () => {
  const open = join(dir, 'open');
  mkdirSync(open);
  chmodSync(open, 0o777);
  const theirs = join(dir, 'file');
  writeFileSync(theirs, '');
  expect(claimsFolder([open, theirs, join(dir, 'none', 'there')])).toBeUndefined();
  expect(claimsFolder([open, join(dir, 'own')])).toBe(join(dir, 'own'));
});

test.runIf(hasOtherUsers)('two Troupes that share two users: every command ends by itself', async () => {
  const rounds = 12;
  const ends = await Promise.all(
    ['a', 'b'].map(async (name) => {
      mkdirSync(join(dir, name, 'data'), { recursive: true });
      const { line } = other('sandbox-process.ts', join(dir, name), String(rounds), '65498', '2');
      const said: string[] = [];
      for (let round = 0; round < rounds; round += 1) said.push(await line());
      return said;
    }),
  );
  expect(ends.flat().filter((said) => !/^0 null 6549[89]$/.test(said))).toEqual([]);
});
