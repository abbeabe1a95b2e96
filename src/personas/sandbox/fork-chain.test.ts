// A chain of processes, each of which starts the next one and ends: no list of processes ever holds it. It goes with the command all the same.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { allowedMs, eventually } from '../../../test/support/patience.ts';
import { plainRun } from '../../../test/support/plain-run.ts';
import { hasBubblewrap, hasOtherUsers } from '../../../test/support/requirements.ts';
import { silentLogger } from '../../support/index.ts';
import type { SandboxProcess } from '../model/types.ts';
import { createSandboxes, machineEnvironment } from './index.ts';
import { isUserBusy } from './marked-processes.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-chain-'));
  // as long as this is there a chain goes on, whatever becomes of the test
  writeFileSync(join(dir, 'go-on'), '');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Each link starts the next one in a session of its own and without its marks, says that it was there, and ends. */
const link = `cd /
test -e GO_ON || exit
echo . >> BEAT
env -i PATH="$PATH" setsid sh "$0" &
`;

// without either, only a mark tells whose a process is: a chain that takes it off is somebody's process like any other
const ways = [
  ...(hasOtherUsers ? [{ name: 'tier 0, as other users', tier: 'env', isOpen: true } as const] : []),
  ...(hasBubblewrap ? [{ name: 'tier 1', tier: 'fs', isOpen: false } as const] : []),
] as const;

describe.each(ways)('$name', ({ tier, isOpen, name }) => {
  test('20 of 20 are gone within two seconds of the end of the command', async () => {
    chmodSync(dir, isOpen ? 0o711 : 0o700);
    const sandboxes = await createSandboxes({
      machine: machineEnvironment(process.env),
      hidden: [],
      dataDir: join(dir, 'data'),
      log: silentLogger,
    });
    const limitMs = allowedMs(2_000);
    async function isGone(index: number): Promise<boolean> {
      const tree = join(dir, 'data', `tree-${index}`);
      const beats = join(dir, `beats-${index}`);
      for (const folder of [tree, beats]) mkdirSync(folder, { recursive: true });
      const beat = join(beats, 'beat');
      writeFileSync(join(beats, 'link.sh'), link.replace('GO_ON', join(dir, 'go-on')).replace('BEAT', beat));
      const script = `sh ${beats}/link.sh; read -r _`;
      const running: SandboxProcess = await sandboxes.of(tier).open({
        ...plainRun(['sh', '-c', script], tree),
        writable: [beats],
        readable: [join(dir, 'go-on')],
      });
      running.stdout.resume();
      running.stderr.resume();
      // the chain is under way
      await eventually(() => expect(statSync(beat).size).toBeGreaterThan(8));
      const endsAt = performance.now();
      running.stdin.end('\n');
      const { isLeft } = await running.exit;
      const took = performance.now() - endsAt;
      const said = statSync(beat).size;
      await pause(250);
      return isLeft === undefined && took <= limitMs && statSync(beat).size === said;
    }
    let gone = 0;
    for (let index = 0; index < 20; index += 4)
      gone += (await Promise.all([0, 1, 2, 3].map((more) => isGone(index + more)))).filter(Boolean).length;
    console.log(`fork chains, ${name}: ${gone} of 20 gone`);
    expect(`${gone} of 20`).toBe('20 of 20');
  });
});

test.runIf(hasOtherUsers)(
  'a user is busy as long as a process may become it again, whatever it shows in /proc',
  async () => {
    const uid = 64_987;
    // nobody may look into it: its folder in /proc belongs to root
    const hidden = spawn('setpriv', ['--reuid', String(uid), '--clear-groups', 'sleep', '60'], { stdio: 'ignore' });
    try {
      await eventually(() => expect(isUserBusy(uid)).toBe(true));
    } finally {
      hidden.kill('SIGKILL');
    }
    await eventually(() => expect(isUserBusy(uid)).toBe(false));
  },
);
