// Code for personas elsewhere over HTTP: whole, or from where a download broke off; what is not signed, or over, gets nothing.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRedactor, silentLogger, systemClock } from '../support/index.ts';
import { createServer } from './index.ts';
import type { RunningServer } from './index.ts';

const content = 'the code of a private repository';
const sha256 = '5'.repeat(64);
let folder: string;
let server: RunningServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sources-'));
  const path = join(folder, 'bundle');
  writeFileSync(path, content);
  server = await createServer({
    secrets: { current: 'a-long-random-value-of-this-test' },
    inbox: { put: () => Promise.reject(new Error('no delivery comes here')) },
    log: silentLogger,
    redactor: createRedactor(['private']),
    clock: systemClock,
    host: '127.0.0.1',
    port: 0,
    readiness: async () => ({ ready: true, details: {} }),
    sources: {
      async find({ requestId, commit, until, signature }) {
        if (requestId !== 'rabc:fix:1' || signature !== 'good') return 'forged';
        return until === '1' ? 'over' : { path, bytes: content.length, sha256: commit === '' ? '' : sha256 };
      },
    },
  });
});
afterEach(async () => {
  await server.close(0);
  rmSync(folder, { recursive: true, force: true });
});

function ask(query: string, headers: Readonly<Record<string, string>> = {}, id = 'rabc:fix:1'): Promise<Response> {
  return fetch(`${server.url}/persona-source/${encodeURIComponent(id)}?${query}`, { headers });
}

test('the whole file, byte for byte', async () => {
  const answer = await ask('commit=abc&until=2&signature=good');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('etag')).toBe(`"${sha256}"`);
  expect(answer.headers.get('cache-control')).toContain('no-store');
  // a redactor that looked into it would break it
  expect(await answer.text()).toBe(content);
});

test.each([
  ['bytes=4-', undefined, 206, content.slice(4), `bytes 4-31/32`],
  ['bytes=4-7', undefined, 206, 'code', `bytes 4-7/32`],
  ['bytes=-4', undefined, 206, 'tory', `bytes 28-31/32`],
  ['bytes=4-99', `"${sha256}"`, 206, content.slice(4), `bytes 4-31/32`],
  // another file by now: all of it
  ['bytes=4-', '"another"', 200, content, null],
  ['bytes=32-', undefined, 416, '', 'bytes */32'],
  // several ranges, other units: nobody has to
  ['bytes=0-1,3-4', undefined, 200, content, null],
  ['lines=1-', undefined, 200, content, null],
])('asked for %s (if it is %s): %i', async (range, ifRange, status, text, told) => {
  const answer = await ask('commit=abc&until=2&signature=good', {
    range,
    ...(ifRange === undefined ? {} : { 'if-range': ifRange }),
  });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-range')).toBe(told);
  expect(await answer.text()).toBe(text);
});

test.each([
  ['commit=abc&until=2&signature=bad', 'rabc:fix:1', 401],
  ['commit=abc&until=2&signature=good', 'rabc:fix:2', 401],
  ['', 'rabc:fix:1', 401],
  ['signature=good&signature=good', 'rabc:fix:1', 401],
  ['commit=abc&until=1&signature=good', 'rabc:fix:1', 410],
])('%s for %s: %i', async (query, id, status) => {
  const answer = await ask(query, {}, id);
  expect(answer.status).toBe(status);
  expect(await answer.text()).not.toContain(content);
});
