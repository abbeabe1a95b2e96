import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { plainRun } from '../../../test/support/plain-run.ts';
import { hasBubblewrap, hasOtherUsers } from '../../../test/support/requirements.ts';
import { randomToken, sha256, silentLogger } from '../../support/index.ts';
import type { SandboxRun } from '../model/types.ts';
import { createSandboxes, machineEnvironment } from './index.ts';
import { markedProcesses } from './marked-processes.ts';

/** A word that stands nowhere else on this machine. */
const canary = `CANARY${randomToken(9)}`;
let dir: string;
let tree: string;
/** What the processes of these sandboxes carry, and no others. */
let mark: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-sandbox-test-'));
  mark = sha256(join(dir, 'data')).slice(0, 16);
  tree = join(dir, 'data', 'worktrees', 'r1', 'main');
  mkdirSync(tree, { recursive: true });
  writeFileSync(join(dir, 'data', 'canary'), `${canary}-in-data-directory`);
  writeFileSync(join(dir, 'key.pem'), `${canary}-in-key-file`);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function sandboxes() {
  return createSandboxes({
    machine: machineEnvironment(process.env),
    hidden: [join(dir, 'data'), join(dir, 'key.pem')],
    dataDir: join(dir, 'data'),
    log: silentLogger,
  });
}

function shell(script: string, change: Partial<SandboxRun> = {}): SandboxRun {
  return {
    ...plainRun(['sh', '-c', script], tree),
    ...change,
  };
}

describe.each(hasBubblewrap ? (['env', 'fs'] as const) : (['env'] as const))('tier %s', (tier) => {
  test('a persona sees a clean environment and works in its tree', async () => {
    process.env['TROUPE_TEST_SECRET'] = `${canary}-in-environment`;
    const sandbox = (await sandboxes()).of(tier);
    expect(sandbox.tier).toBe(tier);
    const result = await sandbox.run(shell('env; echo made > file.txt', { env: { OWN: 'yes' } }));
    delete process.env['TROUPE_TEST_SECRET'];
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toContain('OWN=yes');
    expect(result.stdout).not.toContain(canary);
    expect(readFileSync(join(tree, 'file.txt'), 'utf8')).toBe('made\n');
  });

  test('a child that starts its own session is gone after the step', async () => {
    const all = await sandboxes();
    const result = await all.of(tier).run(shell('setsid sleep 300 >/dev/null 2>&1 & sleep 0.2; echo done'));
    expect(result.stdout).toBe('done\n');
    await expect.poll(() => markedProcesses({ marker: mark })).toEqual([]);
  });

  test('the timeout ends the whole tree', async () => {
    const result = await (await sandboxes()).of(tier).run(shell('sleep 300 & sleep 300', { timeoutMs: 300 }));
    expect(result).toMatchObject({ timedOut: true, cancelled: false });
    await expect.poll(() => markedProcesses({ marker: mark })).toEqual([]);
  });

  test('cancel ends it at once', async () => {
    const abort = new AbortController();
    const running = (await sandboxes())
      .of(tier)
      .run(shell('echo up; sleep 300', { signal: abort.signal, onOutput: () => abort.abort() }));
    expect(await running).toMatchObject({ cancelled: true, timedOut: false });
  });

  test('a program that is not there is an answer, not a crash', async () => {
    const result = await (await sandboxes()).of(tier).run(shell('', { command: ['no-such-program-of-ours'] }));
    expect(result.exitCode).not.toBe(0);
    expect(result.stderr).toContain('no-such-program-of-ours');
  });

  test('output is kept up to its limit', async () => {
    const result = await (
      await sandboxes()
    )
      .of(tier)
      .run(shell('head -c 300000 /dev/zero | tr "\\0" x', { maxOutputBytes: 1_000 }));
    expect(result.stdout.length).toBeLessThan(1_100);
    expect(result.stdout).toContain('299000 bytes left out');
  });
});

test.runIf(hasBubblewrap)(
  'under tier 1 neither the data directory, the key file, other homes nor other processes can be read',
  async () => {
    const sandbox = (await sandboxes()).of('fs');
    const result = await sandbox.run(
      shell(
        `cat ${join(dir, 'data', 'canary')} ${join(dir, 'key.pem')}; ls /root /home /var 2>&1; cat /proc/*/environ | tr '\\0' '\\n'; grep -rs ${canary} ${dir} /etc /tmp`,
      ),
    );
    expect(result.stdout).not.toContain(canary);
    expect(result.stdout).toContain('TROUPE_SANDBOX=');
  },
);

test.runIf(hasBubblewrap)('under tier 1 nothing outside the tree can be written, through links neither', async () => {
  symlinkSync(join(dir, 'key.pem'), join(tree, 'link'));
  const sandbox = (await sandboxes()).of('fs');
  await sandbox.run(
    shell('echo bad > ../x; echo bad > link; echo bad > /usr/x; echo bad > /etc/x; echo bad > /tmp/troupe-outside'),
  );
  expect(readFileSync(join(dir, 'key.pem'), 'utf8')).toBe(`${canary}-in-key-file`);
  expect(existsSync(join(tree, '..', 'x'))).toBe(false);
  expect(existsSync('/tmp/troupe-outside')).toBe(false);
});

/** Tiers that can keep a tree from being written here. */
const lockingTiers = [...(hasBubblewrap ? (['fs'] as const) : []), ...(hasOtherUsers ? (['env'] as const) : [])];

test.skipIf(lockingTiers.length === 0)('a tree that is only read can be read, and not be written', async () => {
  chmodSync(dir, 0o711); // other users pass
  mkdirSync(join(tree, 'src'));
  writeFileSync(join(tree, 'src/a.js'), 'as it was\n', { mode: 0o600 });
  spawnSync('git', ['init', '-q', tree]);
  for (const tier of lockingTiers) {
    const result = await (
      await sandboxes()
    )
      .of(tier)
      .run(
        shell(
          'cat src/a.js; git status --short; echo bad > src/a.js; echo bad > new.txt; rm -f src/a.js; chmod 777 . src; mv src gone; echo mine > "$HOME/x" && cat "$HOME/x"',
          { readOnly: true },
        ),
      );
    expect([tier, result.stdout]).toEqual([tier, 'as it was\n?? src/\nmine\n']);
    expect(readFileSync(join(tree, 'src/a.js'), 'utf8')).toBe('as it was\n');
    expect(readdirSync(tree).toSorted()).toEqual(['.git', 'src']);
    // and afterwards it is written again by whoever may
    expect((await (await sandboxes()).of(tier).run(shell('echo y > src/b.js'))).exitCode).toBe(0);
    rmSync(join(tree, 'src/b.js'));
  }
});

test.skipIf(!hasOtherUsers)('a tree that is lent to one user is closed to the others', async () => {
  chmodSync(dir, 0o711);
  writeFileSync(join(tree, 'a.txt'), 'for one reader\n');
  const all = await sandboxes();
  const other = join(dir, 'data', 'worktrees', 'r2');
  mkdirSync(other);
  let onReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    onReady = resolve;
  });
  const script = `echo ready; while [ ! -e ${dir}/go ]; do sleep 0.05; done; cat a.txt`;
  const lent = all.of('env').run(shell(script, { readOnly: true, onOutput: () => onReady() }));
  await ready;
  const spying = await all.of('env').run(shell(`cat ${tree}/a.txt; ls ${tree}`, { cwd: other }));
  writeFileSync(join(dir, 'go'), '');
  expect((await lent).stdout).toBe('ready\nfor one reader\n');
  expect(spying.stdout).toBe('');
});

test.runIf(hasBubblewrap)('under tier 1 a run without network has none', async () => {
  const result = await (
    await sandboxes()
  )
    .of('fs')
    .run(shell('cat /proc/net/dev | tail -n +3 | grep -v lo: | wc -l', { network: false }));
  expect(result.stdout.trim()).toBe('0');
});
