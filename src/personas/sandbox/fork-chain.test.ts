// A chain of processes, each of which starts the next one and ends: no list of processes ever holds it. It goes with the command all the same.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { modesHere } from '../../../test/support/escapes/modes-here.ts';
import { eventually } from '../../../test/support/patience.ts';
import { hasOtherUsers } from '../../../test/support/requirements.ts';
import { isUserBusy } from './marked-processes.ts';

test.each(modesHere)('%s: 20 of 20 are gone within two seconds of the end of the command', (mode) => {
  const script = join(import.meta.dirname, '../../../test/support/escapes/chain-process.ts');
  const played = spawnSync(process.execPath, [script, mode], { cwd: '/', encoding: 'utf8' });
  expect(played.stderr).toBe('');
  const told: unknown = JSON.parse(played.stdout);
  console.log(`fork chains, ${mode}: ${played.stdout.trim()}`);
  expect(told).toMatchObject({ gone: 20, of: 20 });
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
