// Tier 2 with real bubblewrap, real sockets and a real host of models: what goes through the one socket, and that nothing goes elsewhere.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { modelUpstream } from '../../../test/support/model-upstream.ts';
import type { ModelUpstream } from '../../../test/support/model-upstream.ts';
import { patienceMs } from '../../../test/support/patience.ts';
import { plainRun } from '../../../test/support/plain-run.ts';
import { hasBubblewrap } from '../../../test/support/requirements.ts';
import { silentLogger } from '../../support/index.ts';
import { createMeter } from '../gateway/meter.ts';
import type { GatewayUse } from '../model/gateway.ts';
import type { SandboxResult, SandboxRun } from '../model/types.ts';
import { priceOf } from '../prices/price-of.ts';
import { createSandboxes, machineEnvironment } from './index.ts';

const path = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`;
const key = 'sk-the-key-that-nobody-may-see';
const placeholder = 'troupe-in-its-place';

let dir: string;
let tree: string;
let upstream: ModelUpstream;
let servers: Server[];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'troupe-walls-'));
  tree = join(dir, 'tree');
  mkdirSync(tree);
  upstream = await modelUpstream();
  servers = [];
});
afterEach(async () => {
  for (const server of servers) server.close();
  await upstream.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A server of this machine that says hello. */
function listening(where: number | string): Promise<number> {
  const server = createServer((socket) => socket.end('hello from outside'));
  servers.push(server);
  return new Promise((resolve) => {
    server.listen(typeof where === 'number' ? { port: where, host: '127.0.0.1' } : { path: where }, () => {
      const address = server.address();
      resolve(typeof address === 'object' ? (address?.port ?? 0) : 0);
    });
  });
}

function use(refused: string[] = []): GatewayUse {
  return {
    routes: [{ shape: 'anthropic', inside: '', vendor: 'anthropic', key, placeholder, upstream: upstream.url }],
    meter: createMeter({
      priceOf,
      onCall: () => undefined,
      onSpent: () => undefined,
      onFailure: () => undefined,
    }),
    onRefused: (host, port) => refused.push(`${host}:${port}`),
  };
}

interface Inside extends Partial<SandboxRun> {
  readonly allow?: readonly string[];
  /** What names lead to; connections to public addresses come to `port` of this machine. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  readonly port?: number;
}

/** Runs a program of Node behind the walls. */
async function inside(program: string, { allow = [], names = {}, port = 0, ...change }: Inside = {}) {
  const sandboxes = await createSandboxes({
    machine: machineEnvironment({ PATH: path }),
    hidden: [],
    dataDir: join(dir, 'data'),
    log: silentLogger,
    gateway: {
      allow,
      network: {
        resolve: (host) => Promise.resolve(names[host] ?? []),
        connect: () => connect(port, '127.0.0.1'),
      },
    },
  });
  return sandboxes.of('gateway').run({
    ...plainRun(['node', '-e', program], tree),
    ...change,
  });
}

function linesOf({ stdout }: SandboxResult): string[] {
  return stdout.trim().split('\n');
}

const ask = (headers: string): string => `
  fetch('http://127.0.0.1:46464/v1/messages', { method: 'POST', headers: ${headers}, body: '{"model":"claude-sonnet-4-5"}' })
    .then(async (answer) => console.log(answer.status, (await answer.text()).slice(0, 20)), (error) => console.log(String(error)))`;

describe.runIf(hasBubblewrap)('behind the gateway', () => {
  test('a model is asked with the placeholder, and answers to the key', async () => {
    const gateway = use();
    const result = await inside(ask(`{ 'x-api-key': '${placeholder}' }`), { gateway });
    expect(linesOf(result)).toEqual(['200 {"type":"message","m']);
    expect(upstream.seen[0]?.headers['x-api-key']).toBe(key);
    expect(linesOf(await inside(ask('{}'), { gateway }))).toEqual(['401 {"type":"error","err']);
    expect(upstream.seen).toHaveLength(1);
  });

  test('nothing else answers: not this machine, no name, no socket of the system, no address', async () => {
    const port = await listening(0);
    await listening('\0troupe-abstract-socket');
    await listening(join(dir, 'other.sock'));
    const tries = [
      `{ port: ${port}, host: '127.0.0.1' }`,
      `{ port: ${port}, host: '::1' }`,
      `{ path: '\\0troupe-abstract-socket' }`,
      `{ path: ${JSON.stringify(join(dir, 'other.sock'))} }`,
      `{ port: 53, host: '8.8.8.8' }`,
      `{ port: 80, host: '169.254.169.254' }`,
      `{ port: 443, host: 'registry.npmjs.org' }`,
    ];
    const program = `
      const { connect } = require('net');
      const { networkInterfaces } = require('os');
      const one = (to) => new Promise((done) => connect(to).on('data', (d) => done('REACHED ' + d)).on('error', (e) => done(e.code ?? e.errors?.[0]?.code)));
      const udp = () => new Promise((done) => { const s = require('dgram').createSocket('udp4'); s.on('error', (e) => done(e.code)); s.send('x', 53, '8.8.8.8', (e) => done(e?.code ?? 'SENT')); });
      (async () => {
        for (const to of [${tries.join(',')}]) console.log(await one(to));
        console.log(await udp());
        console.log(Object.keys(networkInterfaces()).filter((name) => name !== 'lo').length);
        process.exit();
      })()`;
    const lines = linesOf(await inside(program, { gateway: use() }));
    expect(lines).toEqual([
      'ECONNREFUSED',
      expect.stringMatching(/^(ECONNREFUSED|EADDRNOTAVAIL|ENETUNREACH)$/),
      'ECONNREFUSED',
      'ENOENT',
      'ENETUNREACH',
      'ENETUNREACH',
      expect.stringMatching(/^(EAI_AGAIN|ENOTFOUND)$/),
      'ENETUNREACH',
      '0',
    ]);
  });

  test('the key is nowhere inside: no environment, no file, no memory of what runs there', async () => {
    const program = `
      const { readdirSync, readFileSync, openSync, readSync } = require('fs');
      const { execFileSync } = require('child_process');
      const key = 'sk-the-key' + '-that-nobody-may-see';
      const found = [];
      let read = 0;
      const pids = readdirSync('/proc').filter((name) => /^\\d+$/.test(name) && name !== String(process.pid));
      for (const pid of pids) {
        try { if (readFileSync('/proc/' + pid + '/environ', 'latin1').includes(key)) found.push('environ'); } catch {}
        let maps = [];
        try { maps = readFileSync('/proc/' + pid + '/maps', 'latin1').split('\\n'); } catch {}
        let mem;
        try { mem = openSync('/proc/' + pid + '/mem', 'r'); } catch { continue; }
        for (const line of maps) {
          const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
          if (from === undefined) continue;
          const size = Math.min(Number(BigInt('0x' + to) - BigInt('0x' + from)), 64 * 1024 * 1024);
          const bytes = Buffer.alloc(size);
          try { read += readSync(mem, bytes, 0, size, BigInt('0x' + from)); } catch { continue; }
          if (bytes.includes(key)) found.push('memory of ' + pid);
        }
      }
      try { found.push(...execFileSync('grep', ['-rlsI', key, '/tmp', '/run', '/etc', process.env.HOME], { encoding: 'utf8' }).split('\\n').filter(Boolean)); } catch {}
      console.log(JSON.stringify({ found, pids: pids.length, read: read > 0, HTTPS_PROXY: process.env.HTTPS_PROXY }));`;
    const asking = `${ask(`{ 'x-api-key': '${placeholder}' }`)}.then(() => { ${program} })`;
    const [, told = ''] = linesOf(await inside(asking, { gateway: use() }));
    expect(JSON.parse(told)).toEqual({
      found: [],
      pids: expect.toSatisfy((count: number) => count >= 2),
      read: true,
      HTTPS_PROXY: 'http://127.0.0.1:46464',
    });
    expect(upstream.seen).toHaveLength(1);
  });

  test('a host on the list is reached, through the same socket; all others are refused and named', async () => {
    const port = await listening(0);
    const names = {
      'registry.npmjs.org': ['104.16.0.35'],
      'files.pythonhosted.org': ['151.101.0.223'],
      'evil.example.com': ['93.184.216.34'],
    };
    const refused: string[] = [];
    const program = `
      const { request } = require('http');
      const one = (path) => new Promise((done) => request({ port: 46464, method: 'CONNECT', path }).on('connect', (answer, socket, head) => {
        if (answer.statusCode !== 200) return done(answer.statusCode);
        if (head.length > 0) return done(String(head));
        socket.on('data', (d) => done(String(d)));
      }).on('error', (e) => done(e.code)).end());
      (async () => {
        for (const to of ['registry.npmjs.org:443', 'files.pythonhosted.org:443', 'evil.example.com:443', 'registry.npmjs.org:22', 'registry.npmjs.org.evil.example.com:443', '127.0.0.1:${port}', '104.16.0.35:443'])
          console.log(await one(to));
        process.exit();
      })()`;
    const setup = { allow: ['registry.npmjs.org', '*.pythonhosted.org'], names, port };
    expect(linesOf(await inside(program, { ...setup, gateway: use(refused) }))).toEqual([
      'hello from outside',
      'hello from outside',
      '403',
      '403',
      '403',
      '403',
      '403',
    ]);
    expect(refused).toEqual([
      'evil.example.com:443',
      'registry.npmjs.org:22',
      'registry.npmjs.org.evil.example.com:443',
      `127.0.0.1:${port}`,
      '104.16.0.35:443',
    ]);
    // a command without a model, as `setup` is, says it where people look for what went wrong
    expect((await inside(program, setup)).stderr).toContain(
      'The gateway refused connections to evil.example.com:443, registry.npmjs.org:22, ',
    );
  });

  test.each([
    ['this machine', ['127.0.0.1']],
    ['a private network', ['10.1.2.3']],
    ['the metadata of a cloud', ['169.254.169.254']],
    ['a private one in the coat of the newer version', ['::ffff:192.168.1.1']],
    ['this machine in that coat', ['::1']],
    ['a private one of the newer version', ['fd00::1']],
    ['a public one and a private one', ['93.184.216.34', '172.16.0.1']],
  ])('a name on the list that leads to %s is refused', async (_what, addresses) => {
    const port = await listening(0);
    const program = `require('http').request({ port: 46464, method: 'CONNECT', path: 'a.example.com:443' }).on('connect', (answer) => { console.log(answer.statusCode); process.exit(); }).end()`;
    const result = await inside(program, { allow: ['*.example.com'], names: { 'a.example.com': addresses }, port });
    expect(linesOf(result)).toEqual(['403']);
    expect(result.stderr).toContain('a.example.com:443');
  });

  test('a command ends as it ends elsewhere: its code, its signal, its streams', async () => {
    expect(await inside('process.exit(7)')).toMatchObject({ exitCode: 7 });
    expect(await inside('process.kill(process.pid, "SIGKILL")')).toMatchObject({ exitCode: 137 });
    const echo = await inside('process.stdin.pipe(process.stdout)', { stdin: 'what it is told\n' });
    expect(echo).toMatchObject({ exitCode: 0, stdout: 'what it is told\n' });
    expect(await inside('', { command: ['no-such-program'] })).toMatchObject({ exitCode: 127 });
  });

  test('a signal is for the command, and stopping leaves nothing behind', async () => {
    const sandboxes = await createSandboxes({
      machine: machineEnvironment({ PATH: path }),
      hidden: [],
      dataDir: join(dir, 'data'),
      log: silentLogger,
    });
    const program = `process.on('SIGTERM', () => { console.log('told'); process.exit(3); }); console.log('up'); setInterval(() => {}, 1000)`;
    const running = await sandboxes.of('gateway').open(plainRun(['node', '-e', program], tree));
    let said = '';
    running.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    running.stderr.resume();
    await expect.poll(() => said).toBe('up\n');
    expect(await running.stop(patienceMs)).toMatchObject({ exitCode: 3 });
    expect(said).toBe('up\ntold\n');
  });
});
