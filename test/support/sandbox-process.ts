// A second Troupe on the machine that runs commands as other users, one after the other: each says who it is and ends by itself.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createSandboxes, machineEnvironment } from '../../src/personas/index.ts';
import { silentLogger, TroupeError } from '../../src/support/index.ts';

const [dir = '', rounds = '0', first = '0', count = '0'] = process.argv.slice(2);
const dataDir = join(dir, 'data');
const cwd = join(dataDir, 'tree');
mkdirSync(cwd, { recursive: true });
const sandboxes = await createSandboxes({
  machine: machineEnvironment(process.env),
  hidden: [],
  dataDir,
  log: silentLogger,
  users: { first: Number(first), count: Number(count) },
});
const run = {
  command: ['sh', '-c', 'id -u; sleep 0.02'],
  cwd,
  env: {},
  timeoutMs: 60_000,
  signal: new AbortController().signal,
  network: true,
};
for (let round = 0; round < Number(rounds); round += 1) {
  try {
    const ended = await sandboxes.of('env').run(run);
    process.stdout.write(`${ended.exitCode} ${ended.signal} ${ended.stdout.trim()}\n`);
  } catch (error) {
    // all taken at the moment: whoever has one gives it back soon
    if (!(error instanceof TroupeError) || error.code !== 'sandbox/users') throw error;
    round -= 1;
  }
}
