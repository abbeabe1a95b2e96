// Requests at signed addresses: one worker gets each, forged and over ones nobody, over restarts of the process.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TicketRow } from '../engine/index.ts';
import { createRedactor, randomRunId } from '../support/index.ts';
import type { Clock, StepPath } from '../support/index.ts';
import { createKeptFolders } from './kept-folders.ts';
import { createRequests } from './requests.ts';
import type { AskedRequest, Requests } from './requests.ts';

const run = randomRunId();
const secret = 'whsec_of_this_request';
const body = '{"prompt":"Fix the sum"}';
let dir: string;
let now: number;
let row: TicketRow;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'requests-'));
  now = 1_000;
  const step = 'fix' as StepPath; // an id outside loops
  const about = { requestId: `${run}:fix:1`, run, step, attempt: 1, provider: 'mine', strategy: 'callback' } as const;
  row = {
    ...about,
    data: {},
    secret,
    nextAt: null,
    deadline: 9_000,
    state: 'sending',
    reply: null,
    failures: 0,
    createdAt: 1,
    updatedAt: 1,
  } as const;
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A process on the same data directory. */
function process(): Requests {
  const clock: Clock = { now: () => now, after: () => () => undefined };
  const tickets = { get: async (id: string) => (id === row.requestId ? row : undefined) };
  const ports = { tickets, clock, redactor: createRedactor(), publicUrl: 'https://troupe.example.test' };
  return createRequests({ ...ports, folders: createKeptFolders(dir, 'requests') });
}

function offered(requests: Requests, text = body) {
  return requests.offer({ run, requestId: row.requestId, body: text, secret, deadline: row.deadline });
}

async function ask(url: string, by: string, change: Partial<AskedRequest> = {}): Promise<string> {
  const { searchParams } = new URL(url);
  const [until = '', signature = ''] = ['until', 'signature'].map((name) => searchParams.get(name) ?? '');
  const found = await process().find({ requestId: row.requestId, until, signature, by, ...change });
  return typeof found === 'string' ? found : Buffer.from(found.body).toString('utf8');
}

test('the first worker gets it, and again when it asks again; another one does not', async () => {
  const { url, isTaken } = await offered(process());
  expect([new URL(url).pathname, isTaken]).toEqual([`/persona-request/${encodeURIComponent(row.requestId)}`, false]);
  expect(await ask(url, 'job 1')).toBe(body);
  expect(await ask(url, 'job 2')).toBe('taken');
  expect(await ask(url, 'job 1')).toBe(body);
  const both = await offered(process());
  expect(both).toEqual({ url, isTaken: true });
});

test('of two that ask at once one gets it', async () => {
  const { url } = await offered(process());
  const found = await Promise.all(['a', 'b', 'c', 'd'].map((by) => ask(url, by)));
  expect(found.toSorted()).toEqual(['taken', 'taken', 'taken', body]);
});

test('offered again after a death it is what was laid down first', async () => {
  await offered(process());
  const { url } = await offered(process(), '{"prompt":"Another"}');
  expect(await ask(url, 'job 1')).toBe(body);
});

test('an address that was not made for it opens nothing', async () => {
  const { url } = await offered(process());
  expect(await ask(url, 'job', { until: '99999' })).toBe('forged');
  expect(await ask(url, 'job', { signature: '' })).toBe('forged');
  expect(await ask(url, 'job', { requestId: `${run}:other:1` })).toBe('forged');
  expect(await ask(url, '')).toBe('forged');
  row = { ...row, secret: 'whsec_another' };
  expect(await ask(url, 'job')).toBe('forged');
});

test('it is over with its time, and with the request', async () => {
  const { url } = await offered(process());
  for (const state of ['answered', 'releasing', 'over'] as const) {
    row = { ...row, state };
    expect([state, await ask(url, 'job')]).toEqual([state, 'over']);
  }
  row = { ...row, state: 'waiting' };
  expect(await ask(url, 'job')).toBe(body);
  now = 9_000;
  expect(await ask(url, 'job')).toBe('over');
});
