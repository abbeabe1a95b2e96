// The program that carries a push to the server: where it goes, what it takes along, and that all arrives.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { pushProgram } from './push-program.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close().closeAllConnections();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server of smart HTTP: its address, and a line for each request. */
async function serve(answer: Answer): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    asked.push(`${method} ${url} ${headers.authorization ?? 'nobody'}`);
    answer(request, response);
  });
  open.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }; // it listens on a port
}

const look = '/info/refs?service=git-receive-pack';
const refs = '001f# service=git-receive-pack\n00000000';
/** Answers the look, and a push with its body. */
const echo: Answer = (request, response) => {
  if (request.method === 'GET') response.end(refs);
  else request.pipe(response);
};

function pkt(line: string): string {
  return `${(line.length + 4).toString(16).padStart(4, '0')}${line}`;
}
const command = `${pkt(`${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/x\0report-status`)}0000`;

async function push(url: string, body: Buffer, env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['-e', pushProgram], {
    env: {
      GIT_CONFIG_KEY_0: 'http.extraHeader',
      GIT_CONFIG_VALUE_0: 'Authorization: Basic eDp5',
      GIT_CONFIG_KEY_1: 'remote.real.url',
      GIT_CONFIG_VALUE_1: `${url}/acme/widgets`,
      ...env,
    },
  });
  // it may end before it has read all
  child.stdin.on('error', () => undefined);
  child.stdin.end(Buffer.concat([Buffer.from(`capabilities\nconnect git-receive-pack\n${command}`), body]));
  const [out, said, [code]] = await Promise.all([buffer(child.stdout), text(child.stderr), once(child, 'close')]);
  return { out: out.subarray(Buffer.byteLength('connect\n\n\n0000')), said, code: Number(code) };
}

test('a pack and an answer of many megabytes go through whole', async () => {
  const pack = Buffer.alloc(20_000_000, createHash('sha256').update('x').digest());
  const { url, asked } = await serve(echo);
  const { out, said, code } = await push(url, pack);
  expect([said, code]).toEqual(['', 0]);
  expect(out.equals(Buffer.concat([Buffer.from(command), pack]))).toBe(true);
  expect(asked).toEqual([`GET /acme/widgets${look} Basic eDp5`, 'POST /acme/widgets/git-receive-pack Basic eDp5']);
});

test('packed answers are unpacked', async () => {
  const { url } = await serve((request, response) => {
    response.setHeader('content-encoding', 'gzip');
    request.resume().on('end', () => response.end(gzipSync(request.method === 'GET' ? refs : 'taken')));
  });
  expect(await push(url, Buffer.from('pack'))).toMatchObject({ said: '', code: 0, out: Buffer.from('taken') });
});

test('a look that is sent elsewhere is followed, without the token where that is another server', async () => {
  const there = await serve(echo);
  const here = await serve((request, response) => {
    const isOld = request.url?.startsWith('/acme/') === true;
    response.writeHead(301, { location: isOld ? `/new/widgets${look}` : `${there.url}/new/widgets${look}` }).end();
  });
  expect(await push(here.url, Buffer.from('pack'))).toMatchObject({ said: '', code: 0 });
  expect(here.asked).toEqual([`GET /acme/widgets${look} Basic eDp5`, `GET /new/widgets${look} Basic eDp5`]);
  expect(there.asked).toEqual([`GET /new/widgets${look} nobody`, 'POST /new/widgets/git-receive-pack nobody']);
});

test.each(['/somewhere', `ftp://127.0.0.1/acme/widgets${look}`, `/acme/widgets${look}`])(
  'a look that is sent to %s is refused',
  async (location) => {
    const { url } = await serve((_request, response) => response.writeHead(302, { location }).end());
    const { said, code } = await push(url, Buffer.from('pack'));
    expect(code).toBe(128);
    expect(said).toContain('unable to access');
  },
);

test('a push that is sent elsewhere is refused', async () => {
  const there = await serve(echo);
  const here = await serve((request, response) => {
    if (request.method === 'GET') response.end(refs);
    else response.writeHead(307, { location: `${there.url}/acme/widgets/git-receive-pack` }).end();
  });
  const { said, code } = await push(here.url, Buffer.from('pack'));
  expect(code).toBe(128);
  expect(said).toContain('RPC failed; HTTP 307');
  expect(there.asked).toEqual([]);
});

test('a server that hangs up is said in words of git', async () => {
  const { url } = await serve((request, response) => {
    if (request.method === 'GET') response.end(refs);
    else request.socket.destroy();
  });
  const { said, code } = await push(url, Buffer.alloc(1_000_000));
  expect(code).toBe(128);
  expect(said).toMatch(/^error: RPC failed; (?:Recv|Send) failure: Connection reset by peer$/m);
});

test('the proxy of the operator is asked, but for whom it is not meant', async () => {
  const proxy = await serve(echo);
  const env = { http_proxy: proxy.url, NO_PROXY: '127.0.0.1' };
  expect(await push('http://git.example.test', Buffer.from('pack'), env)).toMatchObject({ said: '', code: 0 });
  expect(proxy.asked[0]).toBe(`GET http://git.example.test/acme/widgets${look} Basic eDp5`);
  const { url, asked } = await serve(echo);
  expect(await push(url, Buffer.from('pack'), env)).toMatchObject({ said: '', code: 0 });
  expect([asked.length, proxy.asked.length]).toEqual([2, 2]);
});

test('it loads nothing but what Node brings, and no more than it needs', () => {
  const loaded = [...pushProgram.matchAll(/(?:require|import)\s*\(\s*'([^']*)'/g)].map(([, name]) => name);
  expect(new Set(loaded)).toEqual(new Set(['node:', 'node:stream', 'node:tls', 'node:zlib']));
  expect(pushProgram).not.toMatch(/\bfetch\(/);
});
