// What a command may take: held in each way to be kept apart, and told by name. Real processes, small limits.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainRun } from '../../../test/support/plain-run.ts';
import { hasBubblewrap, hasOtherUsers, limitsMemory } from '../../../test/support/requirements.ts';
import { silentLogger } from '../../support/index.ts';
import type { CommandLimits, SandboxResult } from '../model/types.ts';
import { createSandboxes, endingSignal, machineEnvironment } from './index.ts';
import { limitWords, reachedInWords, readOwnLimits, usualLimits } from './limits.ts';
import { membersOf } from './watch.ts';

const mib = 1024 ** 2;
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-limits-'));
  mkdirSync(join(dir, 'data', 'tree'), { recursive: true });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const ways = [
  { name: 'tier 0, as ourselves', tier: 'env', isOpen: false },
  ...(hasOtherUsers ? [{ name: 'tier 0, as other users', tier: 'env', isOpen: true } as const] : []),
  ...(hasBubblewrap ? [{ name: 'tier 1', tier: 'fs', isOpen: false } as const] : []),
] as const;

/** What a command does that takes too much of one thing, and then waits to be ended; the limit, and what is said of it. */
const greedy: readonly (readonly [Partial<CommandLimits>, string, string])[] = [
  [
    { processes: 64 },
    'i=0; while [ $i -lt 100 ]; do sleep 300 & i=$((i+1)); done; wait',
    'took more than 64 processes and threads',
  ],
  [
    { processes: 64 },
    // each of them in a session of its own, and without its marks
    'i=0; while [ $i -lt 100 ]; do env -i /usr/bin/setsid /bin/sleep 300 & i=$((i+1)); done; wait; sleep 300',
    'took more than 64 processes and threads',
  ],
  [
    { memoryBytes: 256 * mib },
    'node -e "const kept = []; setInterval(() => kept.push(Buffer.alloc(16 * 1024 * 1024, 1)), 50)"',
    'took more than 256 MB of memory',
  ],
  [
    { memoryBytes: 400 * mib },
    // none of them alone
    'for i in 1 2 3 4 5 6; do node -e "globalThis.kept = Buffer.alloc(90 * 1024 * 1024, 1); setInterval(() => {}, 1000)" & done; wait',
    'took more than 400 MB of memory',
  ],
  [{ fileBytes: 4 * mib }, 'exec head -c 20000000 /dev/zero > big', 'wrote a file of more than 4 MB'],
  [
    { fileBytes: 4 * mib },
    "node -e \"require('fs').writeFileSync('big', Buffer.alloc(20e6))\"",
    'wrote a file of more than 4 MB',
  ],
  [
    { openFiles: 128 },
    "node -e \"const fs = require('fs'); for (;;) fs.openSync('/dev/null')\"",
    'had more than 128 files open at once',
  ],
  [
    { diskBytes: 8 * mib },
    'i=0; while [ $i -lt 20 ]; do head -c 1000000 /dev/zero > "$HOME/$i"; i=$((i+1)); done; sleep 300',
    'wrote more than 8 MB to its HOME and temporary files',
  ],
  [
    { diskBytes: 8 * mib },
    'i=0; while [ $i -lt 20 ]; do head -c 1000000 /dev/zero > "$TMPDIR/$i" || exit 1; i=$((i+1)); done; sleep 300',
    'wrote more than 8 MB to its HOME and temporary files',
  ],
  [{ outputBytes: 2 * mib }, 'exec cat /dev/zero', 'wrote more than 2 MB of output'],
  [{ timeMs: 1_000 }, 'sleep 300', 'took more than 1.0 s'],
];

describe.skipIf(!limitsMemory).each(ways)('$name', ({ tier, isOpen }) => {
  async function run(script: string, limits: Partial<CommandLimits>): Promise<SandboxResult> {
    chmodSync(dir, isOpen ? 0o711 : 0o700);
    const sandboxes = await createSandboxes({
      machine: machineEnvironment(process.env),
      hidden: [],
      dataDir: join(dir, 'data'),
      log: silentLogger,
      limits,
    });
    expect(sandboxes.lacksLimits).toEqual([]);
    return sandboxes.of(tier).run(plainRun(['sh', '-c', script], join(dir, 'data', 'tree')));
  }

  test('who takes too much is ended, and the limit is named', async () => {
    const found: string[] = [];
    for (const [limits, script] of greedy) {
      const ended = await run(script, limits);
      found.push(ended.reached?.words ?? `nothing: ${JSON.stringify(ended)}`.slice(0, 400));
      expect(endingSignal(ended)).toBe(undefined);
    }
    expect(found).toEqual(greedy.map(([, , words]) => words));
  });

  test('what installs, builds and tests does not meet the usual limits', async () => {
    const script = `
      echo '{"name":"x","version":"1.0.0","scripts":{"test":"node --test"}}' > package.json
      echo 'require("node:test")("works", () => {})' > x.test.js
      npm install --offline --no-audit --no-fund && npm test && git init -q "$TMPDIR/r"`;
    const ended = await run(script, {});
    expect([ended.exitCode, ended.reached, ended.stderr]).toEqual([0, undefined, '']);
  });
});

test('what the kernel is told never raises what we have ourselves, and counts what else runs as the user', () => {
  const own = readOwnLimits(
    [
      'Limit                     Soft Limit           Hard Limit           Units     ',
      'Max file size             unlimited            unlimited            bytes     ',
      'Max processes             1000                 96364                processes ',
      'Max open files            1024                 4096                 files     ',
    ].join('\n'),
  );
  const limits = { ...usualLimits(8 * 1024 ** 3), fileBytes: 100 };
  expect(limitWords(limits, own, 50)).toEqual([
    '--nproc=1000:4146',
    '--nofile=1024:4096',
    '--fsize=100:100',
    '--core=0',
  ]);
  expect(limits.memoryBytes).toBe(6 * 1024 ** 3);
});

test('only a command that failed has given up at a limit, and what it tells of others is not its own', () => {
  const limits = usualLimits(8 * 1024 ** 3);
  const ended = { exitCode: 1, signal: null, timedOut: false, cancelled: false, stdout: '', stderr: '' };
  const told = (change: Partial<typeof ended>) => reachedInWords({ ...ended, ...change }, limits, true)?.limit;
  expect(told({ stderr: 'sh: 1: Cannot fork' })).toBe('processes');
  expect(told({ stderr: 'bash: fork: retry: Resource temporarily unavailable' })).toBe('processes');
  expect(told({ stderr: 'Error: spawn /usr/bin/node EAGAIN' })).toBe('processes');
  expect(told({ stdout: 'Error: EMFILE: too many open files, open' })).toBe('openFiles');
  expect(told({ exitCode: 153 })).toBe('fileBytes');
  expect(told({ stderr: 'cp: error writing: No space left on device' })).toBe('diskBytes');
  expect(reachedInWords({ ...ended, stderr: 'ENOSPC' }, limits, false)).toBe(undefined);
  expect(told({ exitCode: 0, stderr: 'EMFILE' })).toBe(undefined);
  expect(told({ timedOut: true, stderr: 'EMFILE' })).toBe(undefined);
  expect(told({ stderr: 'read: Resource temporarily unavailable' })).toBe(undefined);
});

test('what a command started is known by parents, by its session and by its user', () => {
  const one = (pid: number, parent: number, session: number, uid = 0) => ({ pid, parent, session, threads: 1, uid });
  const table = [
    one(10, 1, 10),
    one(11, 10, 10),
    one(12, 11, 12),
    one(13, 1, 10),
    one(14, 1, 14, 65_001),
    one(20, 1, 20),
  ];
  const pids = (uid?: number) =>
    membersOf({ pid: 10, ...(uid === undefined ? {} : { uid }) }, table)
      .map(({ pid }) => pid)
      .toSorted((a, b) => a - b);
  expect(pids()).toEqual([10, 11, 12, 13]);
  expect(pids(65_001)).toEqual([10, 11, 12, 13, 14]);
});
