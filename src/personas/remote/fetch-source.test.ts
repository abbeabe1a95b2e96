// A download over a bad line: it goes on where it broke off, and what comes is what was promised, or nothing.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isSha, silentLogger, systemClock } from '../../support/index.ts';
import type { Clock, Sha } from '../../support/index.ts';
import { fetchSource } from './fetch-source.ts';
import type { SourceFetch } from './fetch-source.ts';

const content = Buffer.from(Array.from({ length: 200_000 }, (_none, at) => at % 251));
const sha256 = createHash('sha256').update(content).digest('hex');

/** Pauses are short; silence is as long as it is. */
const quick: Clock = {
  ...systemClock,
  after: (ms, callback) => systemClock.after(ms < 60_000 ? ms / 50 : ms, callback),
};
let folder: string;
let server: Server;
let asked: string[];
let answer: (request: IncomingMessage, response: ServerResponse, nth: number) => void;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fetch-source-'));
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.headers.range ?? 'all');
    answer(request, response, asked.length);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const file = (): string => join(folder, 'it');

async function fetched(more: Partial<SourceFetch> = {}, promised = sha256): Promise<void> {
  const { port } = server.address() as AddressInfo; // it listens on a port
  const source = { bundleUrl: `http://127.0.0.1:${port}/it`, sha256: promised, sha: someSha() };
  const usual = { file: file(), fetch, clock: quick, log: silentLogger };
  await fetchSource(source, { ...usual, signal: new AbortController().signal, ...more });
}

function someSha(): Sha {
  const sha = 'a'.repeat(40);
  if (!isSha(sha)) throw new Error('it is none');
  return sha;
}

/** What a server does that knows ranges, cut after so many bytes. */
function serveFrom({ headers }: IncomingMessage, response: ServerResponse, cutAfter = Infinity): void {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  const rest = content.subarray(from);
  response.writeHead(from === 0 ? 200 : 206, { 'content-length': rest.length, etag: `"${sha256}"` });
  if (cutAfter >= rest.length) response.end(rest);
  // what lies in between may be lost with the line
  else response.write(rest.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 100));
}

test('a line that breaks off again and again: each try brings what is missing', async () => {
  answer = (request, response) => serveFrom(request, response, 50_000);
  await fetched();
  expect(readFileSync(file()).equals(content)).toBe(true);
  expect(asked.length).toBeGreaterThan(2);
  expect(asked.slice(1).every((range) => range.startsWith('bytes='))).toBe(true);
});

test('a server that knows no ranges is read from the start', async () => {
  answer = (_request, response, nth) => {
    response.writeHead(200, { 'content-length': content.length });
    if (nth === 1) response.write(content.subarray(0, 70_000), () => setTimeout(() => response.destroy(), 100));
    else response.end(content);
  };
  await fetched();
  expect(readFileSync(file()).equals(content)).toBe(true);
});

test('out for a while: asked again', async () => {
  answer = (request, response, nth) => (nth < 4 ? response.writeHead(503).end() : serveFrom(request, response));
  await fetched();
  expect(asked).toHaveLength(4);
});

test('silence is the end of a try', async () => {
  answer = (request, response, nth) => {
    if (nth > 1) return serveFrom(request, response);
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 1_000));
  };
  await fetched({ clock: systemClock, silenceMs: 300 });
  expect(readFileSync(file()).equals(content)).toBe(true);
  expect(asked).toHaveLength(2);
});

test.each([
  [401, 'auth'],
  [403, 'auth'],
  [404, 'failed'],
  [410, 'failed'],
])('refused with %i it is not asked again', async (status, kind) => {
  answer = (_request, response) => response.writeHead(status).end();
  await expect(fetched()).rejects.toMatchObject({ code: 'persona/source', class: kind });
  expect(asked).toHaveLength(1);
});

test('other bytes than those that were promised are thrown away', async () => {
  answer = (request, response) => serveFrom(request, response);
  await expect(fetched({}, 'f'.repeat(64))).rejects.toThrow('sha256');
  expect(existsSync(file())).toBe(false);
});

test('never there: given up as an outage, which another attempt may not meet', async () => {
  answer = (_request, response) => response.destroy();
  await expect(fetched()).rejects.toMatchObject({ code: 'persona/source', class: 'transient' });
});

test('it ends when nobody waits any more', async () => {
  const ending = new AbortController();
  answer = () => ending.abort(new Error('nobody waits'));
  await expect(fetched({ signal: ending.signal })).rejects.toThrow('nobody waits');
});
