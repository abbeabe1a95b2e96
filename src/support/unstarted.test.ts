import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { limitsMemory } from '../../test/support/requirements.ts';

const program = `
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
const { surviveUnstarted, whyUnstarted } = await import('${resolve(import.meta.dirname, 'unstarted.ts')}');
const { machineFault } = await import('${resolve(import.meta.dirname, 'machine-fault.ts')}');
if (process.argv[1] === 'heeded') surviveUnstarted();
spawn('true').once('exit', () => {
  spawnSync('prlimit', ['--pid', String(process.pid), '--nofile=' + (readdirSync('/proc/self/fd').length + 2)]);
  const child = spawn('true');
  const why = whyUnstarted(child, 'true');
  setImmediate(() => console.log('lives', why?.message, machineFault(why)?.code));
});
`;

test.runIf(limitsMemory && process.platform === 'linux')(
  'a process that cannot be started for want of files ends nobody, and is a fault of the machine',
  () => {
    const run = (word: string) =>
      spawnSync(process.execPath, ['--input-type=module', '-e', program, word], { encoding: 'utf8' });
    expect(run('heeded')).toMatchObject({ status: 0, stdout: 'lives spawn true EMFILE EMFILE\n' });
    // so it ends without that
    expect(run('unheeded')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('spawn true EMFILE') as string,
    });
  },
);
