// How a command ended: by itself, or by a signal, however that is told. Real processes, with and without bubblewrap.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBubblewrap } from '../../../test/support/requirements.ts';
import { silentLogger } from '../../support/index.ts';
import type { SandboxResult } from '../model/types.ts';
import { createSandboxes, endingSignal, machineEnvironment } from './index.ts';
import type { Sandboxes } from './index.ts';

let dir: string;
let sandboxes: Sandboxes;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-killed-'));
  mkdirSync(join(dir, 'data', 'tree'), { recursive: true });
  const scripts = { test: 'kill -KILL $$', red: 'exit 3' };
  writeFileSync(join(dir, 'data', 'tree', 'package.json'), JSON.stringify({ name: 'x', scripts }));
  sandboxes = await createSandboxes({
    machine: machineEnvironment(process.env),
    hidden: [],
    dataDir: join(dir, 'data'),
    log: silentLogger,
  });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function run(script: string, tier: 'off' | 'fs', timeoutMs = 60_000): Promise<SandboxResult> {
  return sandboxes.of(tier).run({
    command: ['sh', '-c', script],
    cwd: join(dir, 'data', 'tree'),
    env: {},
    timeoutMs,
    signal: new AbortController().signal,
    network: false,
  });
}

describe.each(hasBubblewrap ? (['off', 'fs'] as const) : (['off'] as const))('sandbox %s', (tier) => {
  test.each([
    ['kill -KILL $$', 'SIGKILL'],
    ['kill -TERM $$', 'SIGTERM'],
    ['kill -ABRT $$', 'SIGABRT'],
    ['sh -c "kill -SEGV \\$\\$"; exit $?', 'SIGSEGV'],
    ['sh -c "sh -c \'kill -9 \\$\\$\'; exit \\$?"; exit $?', 'SIGKILL'],
    ['(sleep 30 & child=$!; kill -KILL $child; wait $child)', 'SIGKILL'],
    ['exit 137', 'SIGKILL'],
    ['exit 139', 'SIGSEGV'],
    ['exit 143', 'SIGTERM'],
    ['exit 152', 'SIGXCPU'],
    ['node -e "process.abort()"', 'SIGABRT'],
    ['npm test', 'SIGKILL'],
    ['echo "make: *** [Makefile:2: check] Error 137" >&2; exit 2', 'SIGKILL'],
    ['echo "gmake[1]: *** [check] Killed"; echo "gmake: *** [all] Error 2"; exit 2', 'SIGKILL'],
    ['echo "make: *** [Makefile:2: check] Segmentation fault (core dumped)"; exit 2', 'SIGSEGV'],
    ['echo "# tests 3"; echo "# pass 3"; echo "# fail 0"; kill -KILL $$', 'SIGKILL'],
  ])('%s: ended by %s', async (script, signal) => {
    expect(endingSignal(await run(script, tier))).toBe(signal);
  });

  test.each([
    ['exit 0', 0],
    ['exit 1', 1],
    ['echo "make: *** [Makefile:2: check] Error 1" >&2; exit 2', 2],
    ['echo "make: *** [a] Error 137"; echo "make: *** [b] Error 1"; exit 2', 2],
    ['echo "make: [Makefile:2: a] Error 137 (ignored)"; echo "make: *** [b] Error 2"; exit 2', 2],
    ['echo "make: *** [Makefile:2: check] Error 137"; exit 1', 1],
    ['exit 124', 124],
    ['exit 127', 127],
    ['exit 128', 128],
    ['exit 200', 200],
    ['exit 255', 255],
    ['npm run red', 3],
    // a runner whose code is how many tests failed
    ['echo "# tests 200"; echo "# pass 63"; echo "# fail 137"; exit 137', 137],
  ])('%s: ended by itself', async (script, code) => {
    const ended = await run(script, tier);
    expect([ended.exitCode, endingSignal(ended)]).toEqual([code, undefined]);
  });

  test('what we end for its time is a timeout, and no signal', async () => {
    const ended = await run('sleep 60', tier, 50);
    expect([ended.timedOut, endingSignal(ended)]).toEqual([true, undefined]);
  });
});
