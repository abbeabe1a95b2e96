// A bot that is killed while it hands its secrets over to the process that replaces it. The moments are drawn; their seed is printed.
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../support/patience.ts';
import { filesOf, leaks } from '../support/leaks.ts';
import { serve } from '../support/serve.ts';
import type { Served } from '../support/serve.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-killed-'));
  mkdirSync(join(dir, 'tmp'));
  // where compiled code is kept: without it each start takes three times as long
  mkdirSync(join(dir, '.cache'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const secrets = {
  webhook: `CANARY/webhook+${randomBytes(12).toString('hex')}`,
  key: `CANARY/key+${randomBytes(12).toString('hex')}`,
};

function start(): Served {
  return serve(['serve'], {
    cwd: dir,
    env: {
      HOME: dir,
      TROUPE_DATA_DIR: join(dir, 'data'),
      TMPDIR: join(dir, 'tmp'),
      APP_ID: '1',
      PRIVATE_KEY: secrets.key,
      WEBHOOK_SECRET: secrets.webhook,
      GITHUB_API_URL: 'http://127.0.0.1:1',
    },
  });
}

/** Until the process has taken its secrets out of what /proc shows: how long the moments to be killed in lie behind the start. */
async function untilReplaced({ pid }: Served): Promise<number> {
  const startedAt = performance.now();
  await eventually(() => {
    const shown = readFileSync(`/proc/${pid}/environ`, 'latin1');
    expect(shown).toContain('TROUPE_HANDOVER=');
  });
  return performance.now() - startedAt;
}

test.runIf(process.platform === 'linux')(
  'killed at any moment of its start it leaves no secret in any file',
  async () => {
    const first = start();
    const ms = await untilReplaced(first);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const kills = process.env['TROUPE_ALL_POINTS'] === '1' ? 40 : 8;
    const seed = randomInt(2 ** 31);
    console.log(`killed at its start: ${kills} times within ${Math.round(2 * ms)} ms, seed ${seed}`);
    let clean = 0;
    for (let round = 0; round < kills; round += 1) {
      const served = start();
      // most of them around the moment itself: nothing is to be measured, only the places to be spread
      const share = ((seed + round * 0x9e37_79b9) % 1_000) / 1_000;
      await pause(ms * (0.5 + share));
      served.child.kill('SIGKILL');
      await once(served.child, 'exit');
      if (leaks(filesOf(dir), secrets).length === 0) clean += 1;
    }
    expect(`${clean} of ${kills}`).toBe(`${kills} of ${kills}`);
    // the search finds what is there
    writeFileSync(join(dir, 'tmp', 'note'), secrets.key);
    expect(leaks(filesOf(dir), secrets)).not.toEqual([]);
  },
);

test.runIf(process.platform === 'linux')(
  'what opens the sealed secrets stands nowhere once the process has them',
  async () => {
    const served = start();
    await untilReplaced(served);
    const line = await eventually(() => {
      const text = readFileSync(`/proc/${served.pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
      expect(text).toMatch(/^\/\S*node .*troupe\.js serve/);
      return text;
    });
    expect(line).not.toMatch(/[A-Za-z0-9+/]{43}=/);
    served.child.kill('SIGKILL');
    await once(served.child, 'exit');
  },
);
