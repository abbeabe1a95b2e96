// Processes that are talked with: what they are told and say arrives, no faster than it is read, and nothing of them is left.
import { randomInt } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { eventually, patienceMs } from '../../../test/support/patience.ts';
import { plainRun } from '../../../test/support/plain-run.ts';
import { processesOf } from '../../../test/support/processes.ts';
import { hasBubblewrap, hasOtherUsers, limitsMemory } from '../../../test/support/requirements.ts';
import { sha256, silentLogger } from '../../support/index.ts';
import type { SandboxOpen, SandboxProcess } from '../model/types.ts';
import { createSandboxes, machineEnvironment, splitLines } from './index.ts';
import { markedProcesses } from './marked-processes.ts';

let dir: string;
let tree: string;
/** What the processes of these sandboxes carry, and no others. */
let mark: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-open-'));
  mark = sha256(join(dir, 'data')).slice(0, 16);
  tree = join(dir, 'data', 'tree');
  mkdirSync(tree, { recursive: true });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A line of a stream, one after the other. */
function linesOf(stream: SandboxProcess['stdout']): () => Promise<string | undefined> {
  const lines = splitLines(stream, 1_000_000);
  return async () => {
    const { value, done } = await lines.next();
    return done === true ? undefined : String(value);
  };
}

/** Each way to be kept apart that this machine has. `isOpen`: other users may pass to the tree, so tier 0 is one of them. */
const ways = [
  { name: 'tier 0, as ourselves', tier: 'env', isOpen: false },
  ...(hasOtherUsers ? [{ name: 'tier 0, as other users', tier: 'env', isOpen: true } as const] : []),
  ...(hasBubblewrap ? [{ name: 'tier 1', tier: 'fs', isOpen: false } as const] : []),
] as const;

describe.each(ways)('$name', ({ tier, isOpen }) => {
  beforeEach(() => chmodSync(dir, isOpen ? 0o711 : 0o700));
  async function open(script: string, change: Partial<SandboxOpen> = {}): Promise<SandboxProcess> {
    const sandboxes = await createSandboxes({
      machine: machineEnvironment(process.env),
      hidden: [],
      dataDir: join(dir, 'data'),
      log: silentLogger,
    });
    const sandbox = sandboxes.of(tier);
    expect([sandbox.tier, sandbox.isBoundary]).toEqual([tier, tier === 'fs' || isOpen]);
    return sandbox.open({
      ...plainRun(['sh', '-c', script], tree),
      network: false,
      ...change,
    });
  }
  const nothingLeft = () => expect(markedProcesses({ marker: mark })).toEqual([]);

  test('it answers what it is asked, in turn, and beside it says what is wrong', async () => {
    const talk = await open('while read -r word; do echo "you said $word"; echo "heard $word" >&2; done; exit 7');
    const [said, wrong] = [linesOf(talk.stdout), linesOf(talk.stderr)];
    for (const word of ['one', 'two']) {
      talk.stdin.write(`${word}\n`);
      expect([await said(), await wrong()]).toEqual([`you said ${word}`, `heard ${word}`]);
    }
    talk.stdin.end();
    expect(await talk.exit).toMatchObject({ exitCode: 7, signal: null, timedOut: false, cancelled: false });
    expect([await said(), await wrong()]).toEqual([undefined, undefined]);
  });

  test('its home goes with it, and not before', async () => {
    const talk = await open('echo "$HOME"; read -r word');
    const home = (await linesOf(talk.stdout)()) ?? '';
    expect(existsSync(home)).toBe(true);
    talk.stdin.end();
    await talk.exit;
    expect(existsSync(home)).toBe(false);
  });

  test('one that closes its input early learns nothing more, and ends by itself', async () => {
    const talk = await open('exec 0<&-; echo closed; sleep 0.3; exit 4');
    talk.stderr.resume();
    expect(await linesOf(talk.stdout)()).toBe('closed');
    const written = await new Promise((resolve) => talk.stdin.write('x'.repeat(1_000_000), resolve));
    // what the system says, or Node when it has closed the pipe by then
    expect(written).toMatchObject({ code: expect.stringMatching(/^(EPIPE|ECANCELED)$/) });
    expect(await talk.exit).toMatchObject({ exitCode: 4 });
  });

  test('50 MB arrive whole, and are not written faster than they are read', async () => {
    const bytes = 50 * 1024 * 1024;
    const talk = await open(`head -c ${bytes} /dev/zero; echo written > done`);
    talk.stderr.resume();
    let [read, kept, early] = [0, 0, 0];
    for await (const chunk of talk.stdout) {
      read += Buffer.byteLength(chunk as Buffer); // no encoding is set
      kept = Math.max(kept, talk.stdout.readableLength);
      if (read < bytes / 2 && existsSync(join(tree, 'done'))) early += 1;
    }
    expect([read, early, kept < 1024 * 1024]).toEqual([bytes, 0, true]);
    expect(await talk.exit).toMatchObject({ exitCode: 0, overran: false });
    expect(existsSync(join(tree, 'done'))).toBe(true);
  });

  test('what nobody reads is waited with, and read later', async () => {
    const talk = await open('head -c 5000000 /dev/zero; head -c 5000000 /dev/zero >&2');
    await eventually(() => expect(talk.stdout.readableLength).toBeGreaterThan(0));
    expect(talk.stdout.readableLength).toBeLessThan(1024 * 1024);
    const both = await Promise.all([text(talk.stdout), text(talk.stderr)]);
    expect(both.map(({ length }) => length)).toEqual([5_000_000, 5_000_000]);
  });

  test('who says more than it may is ended, and what it may say is kept', async () => {
    const talk = await open('yes; echo unreachable', { outputBytes: 100_000 });
    talk.stderr.resume();
    expect((await text(talk.stdout)).length).toBe(100_000);
    expect(await talk.exit).toMatchObject({ overran: true, timedOut: false });
    await eventually(nothingLeft);
  });

  test('one that is asked to end ends in its own way', async () => {
    const talk = await open('trap "echo bye; exit 3" TERM; echo ready; while :; do sleep 0.05; done');
    talk.stderr.resume();
    const said = linesOf(talk.stdout);
    expect(await said()).toBe('ready');
    expect(await talk.stop(patienceMs)).toMatchObject({ exitCode: 3, signal: null });
    expect(await said()).toBe('bye');
  });

  test('one that does not listen is ended after its grace', async () => {
    const talk = await open('trap "" TERM; echo ready; while :; do sleep 0.05; done');
    expect(await linesOf(talk.stdout)()).toBe('ready');
    expect(await talk.stop(200)).toMatchObject({ exitCode: null, signal: 'SIGKILL', timedOut: false });
    await eventually(nothingLeft);
  });

  test('a signal reaches the command itself, and it may go on', async () => {
    const talk = await open('trap "echo again" USR1; echo ready; while :; do sleep 0.05; done');
    const said = linesOf(talk.stdout);
    expect(await said()).toBe('ready');
    talk.signal('SIGUSR1');
    expect(await said()).toBe('again');
    talk.signal('SIGKILL');
    await talk.exit;
    await eventually(nothingLeft);
  });

  test('it ends while a child of its own holds the output: the output ends, and so does the child', async () => {
    const talk = await open('sleep 987.65 & echo out; exit 0');
    talk.stderr.resume();
    expect(await text(talk.stdout)).toBe('out\n');
    expect(await talk.exit).toMatchObject({ exitCode: 0 });
    await eventually(() => expect(processesOf('sleep', '987.65')).toEqual([]));
  });

  test.each(['time', 'cancel'])('%s ends what it started, too', async (how) => {
    const abort = new AbortController();
    const talk = await open('sleep 300 & setsid sleep 300 & echo up; sleep 300', {
      signal: abort.signal,
      ...(how === 'time' ? { timeoutMs: 1_500 } : {}),
    });
    talk.stderr.resume();
    if (how === 'cancel') {
      expect(await linesOf(talk.stdout)()).toBe('up');
      abort.abort();
    }
    expect(await talk.exit).toMatchObject({ timedOut: how === 'time', cancelled: how === 'cancel' });
    await eventually(nothingLeft);
  });

  // as ourselves there is no telling whose such a child is: tier 0 is no boundary then
  test.runIf(tier === 'fs' || isOpen)('a child that takes off everything by which it is known is ended', async () => {
    const odd = `${randomInt(10_000, 99_999)}.75`;
    const script = `for i in 1 2 3; do env -i setsid sh -c "cd /; exec sleep ${odd}" >/dev/null 2>&1 & done; (setsid setsid sleep ${odd} &); echo up; read -r word`;
    const talk = await open(script);
    expect(await linesOf(talk.stdout)()).toBe('up');
    await eventually(() => expect(processesOf('sleep', odd).length).toBe(4));
    talk.stdin.end();
    await talk.exit;
    await eventually(() => expect(processesOf('sleep', odd)).toEqual([]));
  });

  test('what cannot be started is an exit with its reason', async () => {
    const talk = await open('', { command: ['no-such-program-of-ours'] });
    const said = text(talk.stderr);
    talk.stdout.resume();
    expect((await talk.exit).exitCode).not.toBe(0);
    expect(await said).toContain('no-such-program-of-ours');
  });

  test('cancelled before it began, it never starts, and leaves no home', async () => {
    vi.stubEnv('TMPDIR', dir);
    const talk = await open('touch started', { signal: AbortSignal.abort() });
    expect([await text(talk.stdout), await talk.exit]).toMatchObject(['', { cancelled: true, exitCode: null }]);
    vi.unstubAllEnvs();
    expect(existsSync(join(tree, 'started'))).toBe(false);
    expect(readdirSync(dir)).toEqual(['data']);
  });

  test.runIf(limitsMemory)('who takes more memory than it may does not get it; who keeps to it works', async () => {
    // tail keeps all of it until it knows which bytes are the last
    const take = (mib: number) =>
      open(`head -c ${mib}M /dev/zero | tail -c ${mib}M | wc -c`, { memoryBytes: 64 * 1024 * 1024 });
    for (const [mib, kept] of [
      [4, 4 * 1024 * 1024],
      [200, 0],
    ] as const) {
      const talk = await take(mib);
      talk.stderr.resume();
      expect((await text(talk.stdout)).trim()).toBe(String(kept));
      await talk.exit;
    }
  });
});
