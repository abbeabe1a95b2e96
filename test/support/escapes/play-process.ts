// A process of its own that tries every way out in one mode, as the user of that mode, and says on its standard output which led out. Makes what
// there is to be reached, and takes it away.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { join } from 'node:path';
import type { Sandbox } from '../../../src/personas/index.ts';
import { randomToken } from '../../../src/support/index.ts';
import { commandLines } from '../processes.ts';
import { attempts } from './attempts.ts';
import type { Mode, Targets } from './attempts.ts';
import { enterMode } from './enter-mode.ts';

// what is compared with it is never told to what tries
const canary = `CANARY-${randomToken(12)}`;
const mode = process.argv[2] as Mode; // the test hands in one of them
const world = enterMode(mode);
const { dir, dataDir, hasWall } = world;

const tree = join(dataDir, 'git/worktrees/r1/main/tree');
const other = join(dataDir, 'git/worktrees/r2/main/tree');
const mirror = join(dataDir, 'git/mirrors/other');
const request = join(dataDir, 'request');
const shared = `/dev/shm/troupe-test-${process.pid}`;
const shmKey = 1_000_000 + process.pid;
/** What is Troupe's own: whoever reads or writes one of these has got out. */
const secrets = [
  join(dir, 'key.pem'),
  join(dir, '.env'),
  join(dir, 'troupe.config.yml'),
  join(dataDir, 'troupe.db'),
  join(dataDir, 'git/worktrees/r1/main/git'),
  join(mirror, 'objects/pack/p'),
  join(mirror, 'config'),
  join(mirror, 'hooks/post-receive'),
  join(dir, 'tmp/note'),
];

function lay(): void {
  for (const folder of [tree, other, request, join(mirror, 'objects/pack'), join(mirror, 'hooks'), join(dir, 'tmp')])
    mkdirSync(folder, { recursive: true });
  for (const path of secrets)
    writeFileSync(path, path.endsWith('config') ? `[x]\n\ty = ${canary}\n` : canary, { mode: 0o600 });
  for (const folder of [dataDir, join(dir, 'tmp'), join(dataDir, 'git'), join(dataDir, 'git/mirrors'), mirror])
    chmodSync(folder, 0o700);
  writeFileSync(join(other, 'secret'), canary);
  writeFileSync(shared, canary, { mode: 0o600 });
  openSync(join(dir, 'key.pem'), 'r');
}

/** A service that says what nobody may hear. */
function serve(at: string | undefined): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(canary);
  });
  return new Promise((resolve) =>
    at === undefined ? server.listen(0, '127.0.0.1', () => resolve(server)) : server.listen(at, () => resolve(server)),
  );
}

function script(): string {
  const tries = attempts.map(
    ({ way }, index) => `printf "\\n@@ ${index}\\n"; ( ${way} ) 2>&1 </dev/null; cd "$T_TREE"`,
  );
  return ['T_TREE=$PWD', ...tries, 'printf "\\n@@ end\\n"'].join('\n');
}

/** What was printed by each of them. */
function pieces(output: string): ReadonlyMap<number, string> {
  const found = output.split(/^@@ /m).map((piece) => [Number.parseInt(piece, 10), piece] as const);
  return new Map(found.filter(([index]) => !Number.isNaN(index)));
}

const { all, sandbox } = await world.sandboxes([
  dataDir,
  join(dir, 'key.pem'),
  join(dir, '.env'),
  join(dir, 'troupe.config.yml'),
]);

async function play(): Promise<void> {
  lay();
  const keys = await Promise.all([
    serve(undefined),
    serve(`\0troupe-test-${process.pid}`),
    serve(join(dataDir, 'control.sock')),
  ]);
  const address = keys[0].address();
  execFileSync('perl', [
    '-e',
    'my $i = shmget($ARGV[0], 64, 0600 | 512); shmwrite($i, $ARGV[1], 0, 64)',
    String(shmKey),
    canary,
  ]);
  const ours = spawn('sh', ['-c', 'exec 9<"$1"; exec sleep 3000', 'sh', join(dir, 'key.pem'), canary], {
    cwd: dir,
    env: { PATH: process.env['PATH'], TOKEN: canary },
    stdio: 'ignore',
  });
  const leave = new AbortController();
  const plain = { timeoutMs: 10 * 60_000, network: true } as const;
  let isUp: () => void = () => undefined;
  const up = new Promise<void>((resolve) => (isUp = resolve));
  const answer = join(request, 'result.json');
  const beside = sandbox.run({
    ...plain,
    command: ['sh', '-c', 'echo "$KEY" > "$1/result.json"; echo up; sleep 3000', 'sh', request, canary],
    cwd: other,
    env: { KEY: canary },
    writable: [request],
    signal: leave.signal,
    onOutput: () => isUp(),
  });
  await Promise.race([up, beside]);
  const targets: Targets = {
    T_DATA: dataDir,
    T_DIR: dir,
    T_OTHER: other,
    T_ANSWER: answer,
    T_PID: String(ours.pid),
    T_PORT: typeof address === 'object' && address !== null ? String(address.port) : '',
    T_ABSTRACT: `troupe-test-${process.pid}`,
    T_SHM: join(dir, 'tmp'),
    T_KEY: String(shmKey),
  };
  const attack = (network: boolean) =>
    sandbox.run({
      ...plain,
      network,
      command: ['sh', '-c', script()],
      cwd: tree,
      env: targets,
      signal: new AbortController().signal,
      maxOutputBytes: 64 * 1024 * 1024,
    });
  const out = await outOf(attack(true));
  const outWithoutNetwork = hasWall ? await outOf(attack(false)) : undefined;
  const left = commandLines().filter(({ line }) => line.includes('654.987')).length;
  leave.abort();
  await beside;
  ours.kill('SIGKILL');
  for (const server of keys) server.close();
  console.log(
    JSON.stringify({
      uid: process.getuid?.(),
      tier: sandbox.tier,
      isBoundary: sandbox.isBoundary,
      ownProcesses: all.ownProcesses,
      out,
      ...(outWithoutNetwork === undefined ? {} : { outWithoutNetwork }),
      left,
    }),
  );
}

/** Which of them led out, by what they are called. */
async function outOf(attack: ReturnType<Sandbox['run']>): Promise<readonly string[]> {
  const { stdout, stderr, exitCode } = await attack;
  if (!stdout.includes('@@ end'))
    throw new Error(`not all was tried (exit code ${exitCode}): ${stdout.slice(-2_000)} ${stderr.slice(-2_000)}`);
  const said = pieces(stdout);
  const led = attempts.filter(({ what }, index) => {
    const piece = said.get(index) ?? '';
    return piece.includes(canary) || /^ESCAPED/m.test(piece) || wrote(what);
  });
  return led.map(({ what }) => what);
}

const writers: Readonly<Record<string, string>> = {
  'writes the answer of another run': join(request, 'result.json'),
  'writes the database': join(dataDir, 'troupe.db'),
  'writes a hook of the mirror': join(mirror, 'hooks/post-receive'),
  'writes the configuration of the mirror': join(mirror, 'config'),
  'writes the git directory of its own worktree': join(dataDir, 'git/worktrees/r1/main/git'),
  'follows a link out of its tree': join(dir, 'key.pem'),
};

function wrote(what: string): boolean {
  const path = writers[what];
  if (path === undefined) return false;
  return readFileSync(path, 'utf8').includes('forged');
}

try {
  await play();
} finally {
  spawnSync('perl', ['-e', 'my $i = shmget($ARGV[0], 64, 0); shmctl($i, 0, 0)', String(shmKey)]);
  rmSync(shared, { force: true });
  world.remove();
}
process.exit(0);
