import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { plainRun } from '../../../test/support/plain-run.ts';
import { processesOf } from '../../../test/support/processes.ts';
import { hasBubblewrap, hasOtherUsers } from '../../../test/support/requirements.ts';
import { silentLogger } from '../../support/index.ts';
import type { SandboxResult, SandboxRun } from '../model/types.ts';
import { createSandboxes, machineEnvironment } from './index.ts';
import { markedProcesses } from './marked-processes.ts';

const canary = 'CANARY-that-nobody-may-see';
/** Nothing of a home is on it. */
const plainPath = `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;

/** Folders of the root that no persona sees, unless Node itself is there. */
const unseen = ['boot', 'srv', 'sys', 'mnt'].filter((name) => !process.execPath.startsWith(`/${name}/`));

let dir: string;
let dataDir: string;
let tree: string;
let outside: ChildProcess;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-escape-'));
  chmodSync(dir, 0o711);
  dataDir = join(dir, 'data');
  tree = join(dataDir, 'git', 'worktrees', 'r1', 'main', 'tree');
  mkdirSync(tree, { recursive: true });
  chmodSync(dataDir, 0o700);
  writeFileSync(join(dataDir, 'secret'), canary, { mode: 0o600 });
  writeFileSync(join(dir, 'key.pem'), canary, { mode: 0o600 });
  outside = spawn('sleep', ['300'], { env: { PATH: process.env['PATH'], TROUPE_TEST: canary } });
});
afterEach(() => {
  outside.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

/** What a persona does, and how: a way that leads out prints a line that starts with ESCAPED. */
const escapes: readonly (readonly [what: string, way: string])[] = [
  [
    'makes the system writable',
    'mount -o remount,rw,bind /usr; touch /usr/troupe-was-here && echo ESCAPED; rm -f /usr/troupe-was-here',
  ],
  [
    'makes it writable in a namespace of its own',
    'unshare -Urm sh -c "mount -o remount,rw,bind /usr && echo ESCAPED; umount /usr && echo ESCAPED"',
  ],
  [
    'mounts a disk',
    'for disk in /dev/vda /dev/sda /dev/nvme0n1; do mkdir -p m; mount $disk m 2>&1 && echo ESCAPED; done',
  ],
  [
    'makes the node of a disk',
    'mknod disk b 254 0 && echo ESCAPED; ls /dev | grep -E "^(sd|vd|nvme|mem|kmem|fuse)" && echo ESCAPED',
  ],
  [
    'names a program for crashed processes',
    'cp /proc/sys/kernel/core_pattern old; echo "|/bin/evil" > /proc/sys/kernel/core_pattern && { cat old > /proc/sys/kernel/core_pattern; echo ESCAPED; }',
  ],
  [
    'names it in a namespace of its own',
    'unshare -Urmpf sh -c "mount -t proc proc /proc && test -w /proc/sys/kernel/core_pattern && echo ESCAPED; umount /proc/sys && echo ESCAPED"',
  ],
  ['presses the keys of the kernel', 'test -w /proc/sysrq-trigger && echo ESCAPED'],
  [
    'goes through the root of another process',
    'ls /proc/1/root/root /proc/1/cwd/root 2>/dev/null | grep . && echo ESCAPED',
  ],
  [
    'leaves through a folder it held open',
    'for fd in /proc/self/fd/*; do ls $fd/ 2>/dev/null | grep -q . && test "$fd" != /proc/self/fd/ && ls $fd/root $fd/etc/shadow 2>/dev/null && echo ESCAPED; done',
  ],
  ['reads the passwords', 'cat /etc/shadow /etc/gshadow /etc/sudoers && echo ESCAPED'],
  ['looks into homes', 'ls -A /root /home/* 2>/dev/null | grep . && echo ESCAPED'],
  ['becomes another user', 'su root -c "echo ESCAPED"; sudo -n echo ESCAPED; setpriv --reuid 0 echo ESCAPED'],
  [
    'finds sockets of services',
    'find /run /var/run /tmp -type s ! -name gateway.sock 2>/dev/null | grep . && echo ESCAPED',
  ],
  ['types into the terminal', 'sh -c "echo ESCAPED > /dev/tty"'],
];

interface Attack extends Partial<SandboxRun> {
  readonly tier?: 'env' | 'fs' | 'gateway';
  readonly path?: string;
  readonly hidden?: readonly string[];
}

/** Runs a shell script as a persona would. */
async function attackIn(
  script: string,
  { tier = 'fs', path, hidden = [], ...change }: Attack = {},
): Promise<SandboxResult> {
  const sandboxes = await createSandboxes({
    machine: machineEnvironment({ ...process.env, PATH: path ?? plainPath }),
    hidden: [dataDir, join(dir, 'key.pem'), ...hidden],
    dataDir,
    log: silentLogger,
  });
  const sandbox = sandboxes.of(tier);
  expect(sandbox.tier).toBe(tier);
  return sandbox.run({
    ...plainRun(['sh', '-c', script], tree),
    ...change,
  });
}

function said({ stdout, stderr }: SandboxResult): string {
  return `${stdout}\n${stderr}`;
}

describe.runIf(hasBubblewrap).each(['fs', 'gateway'] as const)('behind the wall: %s', (tier) => {
  const attack: typeof attackIn = (script, change) => attackIn(script, { tier, ...change });

  test('a persona has no capability, and cannot get one from a program of root', async () => {
    const { stdout } = await attack('grep -E "^(Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs)" /proc/self/status');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/\s+/)),
    ).toEqual([
      ['CapInh:', '0000000000000000'],
      ['CapPrm:', '0000000000000000'],
      ['CapEff:', '0000000000000000'],
      ['CapBnd:', '0000000000000000'],
      ['CapAmb:', '0000000000000000'],
      ['NoNewPrivs:', '1'],
    ]);
  });

  test('of the known ways out none leads out', async () => {
    const script = escapes.map(([what, way]) => `( ${way} ) 2>&1 | grep -q '^ESCAPED' && echo 'it ${what}'`).join('\n');
    expect((await attack(`${script}\necho tried all ${escapes.length}`)).stdout).toBe(`tried all ${escapes.length}\n`);
  });

  test('a persona neither sees nor stops other processes', async () => {
    const result = await attack(`
      for pid in /proc/[0-9]*; do tr '\\0' '\\n' < $pid/environ; tr '\\0' ' ' < $pid/cmdline; done 2>/dev/null
      kill -9 ${outside.pid} && echo ESCAPED
      kill -9 -1`);
    expect(said(result)).not.toMatch(/^ESCAPED|CANARY-that-nobody/m);
    expect(outside.exitCode ?? outside.signalCode).toBe(null);
  });

  test('a persona sees of Troupe’s folder its tree and nothing else', async () => {
    writeFileSync(join(dataDir, 'git', 'worktrees', 'r1', 'main', 'git'), canary);
    const result = await attack(
      `find ${dir} | sort; grep -rs CANARY-that-nobody ${dir} ../.. /etc /tmp /var /home /root && echo ESCAPED`,
    );
    expect(said(result)).not.toMatch(/ESCAPED|CANARY-that-nobody|key\.pem/);
    expect(result.stdout.trim().split('\n').at(-1)).toBe(tree);
  });

  test('what is hidden stays hidden on a folder of the PATH, through a link, and inside of what is readable', async () => {
    const tools = join(dir, 'tools');
    mkdirSync(join(tools, 'data'), { recursive: true });
    mkdirSync(join(tools, 'open'));
    writeFileSync(join(tools, 'data', 'secret'), canary);
    writeFileSync(join(tools, 'key.pem'), canary);
    writeFileSync(join(tools, 'open', 'note'), 'for everybody');
    symlinkSync(join(tools, 'data'), join(dir, 'link-to-data'));
    const hidden = [join(dir, 'link-to-data'), join(tools, 'key.pem')];
    const onPath = await attack(`cat ${tools}/data/secret ${tools}/key.pem`, { path: `${plainPath}:${tools}`, hidden });
    expect(said(onPath)).not.toContain('CANARY-that-nobody');
    const readable = await attack(`cat ${tools}/data/secret ${tools}/key.pem ${tools}/open/note`, {
      readable: [tools, join(tools, 'key.pem')],
      hidden,
    });
    expect(said(readable)).not.toContain('CANARY-that-nobody');
    expect(readable.stdout).toContain('for everybody');
  });

  test('the certificates of a company are shown, wherever they lie', async () => {
    const file = join(dir, 'company.pem');
    writeFileSync(file, 'a certificate');
    const before = process.env['NODE_EXTRA_CA_CERTS'];
    process.env['NODE_EXTRA_CA_CERTS'] = file;
    const result = await attack('cat "$NODE_EXTRA_CA_CERTS"');
    if (before === undefined) delete process.env['NODE_EXTRA_CA_CERTS'];
    else process.env['NODE_EXTRA_CA_CERTS'] = before;
    expect(result.stdout).toBe('a certificate');
  });

  test('a PATH with the root or a home on it opens neither', async () => {
    const result = await attack('ls -A / | sort', { path: `/:/root:/tmp:.:node_modules/.bin:${plainPath}` });
    const seen = result.stdout.split('\n');
    expect([seen.includes('usr'), unseen.filter((name) => seen.includes(name))]).toEqual([true, []]);
    expect((await attack('echo $PATH', { path: `.:node_modules/.bin:${plainPath}` })).stdout.trim()).toBe(plainPath);
  });

  test('a command that names a path does not open it: the repository says what `verify` runs', async () => {
    const key = join(dir, 'somebodys-key');
    writeFileSync(key, canary);
    const named = await attack('', { command: ['cat', key, '/etc/shadow'] });
    expect(said(named)).not.toContain('CANARY-that-nobody');
    expect(said(named)).not.toContain('root:');
    const listed = (await attack('', { command: ['ls', '-A', '/', '/root'] })).stdout.split('\n');
    expect([listed.includes('usr'), unseen.filter((name) => listed.includes(name))]).toEqual([true, []]);
  });

  test('a `bwrap` that the tree brings along is not started', async () => {
    writeFileSync(join(tree, 'bwrap'), `#!/bin/sh\ntouch ${join(dir, 'escaped')}\n`, { mode: 0o755 });
    await attack('true', { path: `.:${plainPath}` });
    expect(existsSync(join(dir, 'escaped'))).toBe(false);
  });

  test('without network not even this machine answers', async () => {
    const server = createServer((socket) => socket.end(canary));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const connect = `node -e "require('net').connect(${port},'127.0.0.1').on('data',d=>console.log(String(d))).on('error',e=>console.log(e.code))"`;
    const closed = await attack(connect, { network: false });
    const open = await attack(connect);
    server.close();
    expect(closed.stdout.trim()).toBe('ECONNREFUSED');
    expect(open.stdout.trim()).toBe(tier === 'fs' ? canary : 'ECONNREFUSED');
  });

  test('nothing that a persona starts outlives it, whatever it takes off', async () => {
    const before = new Set(sleepers());
    await attack(
      'for i in 1 2 3; do env -i setsid sh -c "cd /; exec sleep 654.321" >/dev/null 2>&1 & done; (setsid setsid sleep 654.321 &) ; exit 0',
    );
    await expect.poll(() => sleepers().filter((pid) => !before.has(pid))).toEqual([]);
  });
});

describe.runIf(hasOtherUsers)('without bubblewrap, where Troupe is root', () => {
  test('a persona is another user: it reads neither the data directory nor keys, and stops nobody', async () => {
    const result = await attackIn(
      `cat ${dataDir}/secret ${dir}/key.pem /etc/shadow; ls ${dataDir} ${dataDir}/git/worktrees; cat /proc/[0-9]*/environ | tr '\\0' '\\n'; kill -9 ${outside.pid} && echo ESCAPED; echo bad > ${dataDir}/secret; id -u; echo made > file.txt`,
      { tier: 'env' },
    );
    expect(said(result)).not.toMatch(/ESCAPED|CANARY-that-nobody|root:|worktrees\n/);
    expect(readFileSync(join(dataDir, 'secret'), 'utf8')).toBe(canary);
    expect(outside.exitCode ?? outside.signalCode).toBe(null);
    expect(Number(/^(\d+)$/m.exec(result.stdout)?.[1])).toBeGreaterThanOrEqual(65_000);
    expect(lstatSync(join(tree, 'file.txt')).uid).toBe(0);
  });

  test('a persona that takes off its mark and leaves its folder is found by its user', async () => {
    const before = new Set(sleepers());
    await attackIn(
      'for i in 1 2 3; do env -i setsid sh -c "cd /; exec sleep 654.321" >/dev/null 2>&1 & done; sleep 0.2',
      { tier: 'env' },
    );
    await expect.poll(() => sleepers().filter((pid) => !before.has(pid))).toEqual([]);
  });

  test('two personas at once are two users: neither reads the other’s tree, environment or answer', async () => {
    const other = join(dataDir, 'git', 'worktrees', 'r2', 'main', 'tree');
    mkdirSync(other, { recursive: true });
    writeFileSync(join(other, 'file'), canary);
    const leave = new AbortController();
    let isUp: () => void = () => undefined;
    const up = new Promise<void>((resolve) => (isUp = resolve));
    const first = attackIn('echo up; sleep 30', {
      tier: 'env',
      cwd: other,
      env: { KEY: canary },
      signal: leave.signal,
      onOutput: () => isUp(),
    });
    await up;
    const second = await attackIn(
      `cat ${other}/file; cat /proc/[0-9]*/environ; pkill -9 sleep; ls /tmp/troupe-home-*/`,
      {
        tier: 'env',
      },
    );
    leave.abort();
    expect(said(second)).not.toContain('CANARY-that-nobody');
    expect(await first).toMatchObject({ cancelled: true, exitCode: null });
  });

  test('it reads a folder that it is shown, and cannot list those beside it', async () => {
    const mirrors = join(dataDir, 'git', 'mirrors');
    for (const name of ['own', 'other']) {
      mkdirSync(join(mirrors, name, 'objects'), { recursive: true });
      writeFileSync(join(mirrors, name, 'objects', 'pack'), `objects of ${name}`);
    }
    chmodSync(mirrors, 0o700);
    const result = await attackIn(`cat ${mirrors}/own/objects/pack; ls ${mirrors} ${dataDir}/git`, {
      tier: 'env',
      readable: [join(mirrors, 'own', 'objects')],
    });
    expect(result.stdout).toBe('objects of own');
  });

  test('where other users may not pass, tier 0 says that it is no boundary, and why', async () => {
    chmodSync(dir, 0o700);
    const sandboxes = await createSandboxes({
      machine: machineEnvironment({ PATH: plainPath }),
      hidden: [],
      dataDir,
      log: silentLogger,
    });
    expect(sandboxes.users).toEqual({ works: false, reason: `other users may not pass ${dir}` });
    expect(sandboxes.of('env').isBoundary).toBe(false);
  });

  test('a link to somebody’s file is not given away with the tree, nor the file behind it', async () => {
    linkSync(join(dir, 'key.pem'), join(tree, 'hard'));
    symlinkSync(join(dir, 'key.pem'), join(tree, 'soft'));
    const result = await attackIn('cat hard soft; echo bad > hard; echo bad > soft', { tier: 'env' });
    expect(said(result)).not.toContain('CANARY-that-nobody');
    expect(readFileSync(join(dir, 'key.pem'), 'utf8')).toBe(canary);
    expect(lstatSync(join(dir, 'key.pem')).uid).toBe(0);
  });
});

test('without bubblewrap a persona that takes off its mark is found by its folder', async () => {
  const left = spawn('setsid', ['sleep', '654.321'], {
    cwd: tree,
    env: { PATH: process.env['PATH'] },
    stdio: 'ignore',
  });
  try {
    const traces = { marker: 'nobody-carries-this', folders: [tree] };
    await expect.poll(() => markedProcesses(traces)).toContain(left.pid);
  } finally {
    left.kill('SIGKILL');
  }
});

/** Processes of the tests here that sleep for that odd time. */
function sleepers(): number[] {
  return processesOf('sleep', '654.321');
}
