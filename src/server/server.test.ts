import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createHmac } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../store/index.ts';
import type { Store } from '../store/index.ts';
import { createRedactor, systemClock, TroupeError } from '../support/index.ts';
import type { Logger } from '../support/index.ts';
import { createServer } from './index.ts';
import { refuseWeakSecret } from './secrets.ts';
import type { RunningServer, ServerOptions } from './index.ts';

const secret = 'a-long-random-value-of-this-test';
let dataDir: string;
let store: Store;
let server: RunningServer;
let logged: string[];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'troupe-server-'));
  logged = [];
  store = await openStore({
    kind: 'embedded',
    directory: dataDir,
    clock: systemClock,
    log: log(),
    owner: { what: 'a test' },
    busyTimeoutMs: 50,
  });
  server = await start();
});
afterEach(async () => {
  await server.close(0);
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function log(): Logger {
  function write(fields: object, message: string): void {
    logged.push(`${JSON.stringify(fields)} ${message}`);
  }
  return { debug: write, info: write, warn: write, error: write };
}

function start(change: Partial<ServerOptions> = {}): Promise<RunningServer> {
  return createServer({
    secrets: { current: secret },
    inbox: store.inbox,
    log: log(),
    redactor: createRedactor(),
    clock: systemClock,
    host: '127.0.0.1',
    port: 0,
    readiness: async () => ({ ready: true, details: { runs: 'driven' } }),
    counts: () => store.counts(),
    ...change,
  });
}

async function restart(change: Partial<ServerOptions>): Promise<void> {
  await server.close(0);
  server = await start(change);
}

function sign(body: string | Buffer, key = secret): string {
  return `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
}

const labeled = JSON.stringify({
  action: 'labeled',
  issue: { id: 70, number: 7, title: 'Crash on empty input', updated_at: '2026-11-20T10:00:00Z' },
  label: { name: 'troupe:feature' },
  repository: { id: 1, full_name: 'acme/shop' },
  installation: { id: 5 },
  sender: { id: 9, login: 'ada' },
});

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Record<string, unknown>;
}

function send(
  path: string,
  options: { method?: string; body?: string | Buffer; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      `${server.url}${path}`,
      { method: options.method ?? 'GET', headers: options.headers ?? {}, agent: false },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (body += chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body, headers: answer.headers }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

function deliver(body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  return send('/api/github/webhooks', {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': 'a0000000-0000-0000-0000-000000000001',
      'x-hub-signature-256': sign(body),
      ...headers,
    },
  });
}

async function inboxSize(): Promise<number> {
  const { deliveries } = await store.counts();
  return Object.values(deliveries).reduce((sum, count) => sum + count, 0);
}

describe('a webhook request', () => {
  test('is on disk before it is answered 202, with its lane', async () => {
    expect(await deliver(labeled)).toMatchObject({ status: 202, body: '{"stored":true}' });
    expect(await store.inbox.get('a0000000-0000-0000-0000-000000000001')).toMatchObject({
      event: 'issues',
      action: 'labeled',
      installationId: 5,
      repositoryId: 1,
      number: 7,
      state: 'new',
      payload: JSON.parse(labeled) as object,
    });
  });

  test('fifty times at once is stored once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => deliver(labeled)));
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    expect(answers.filter(({ body }) => body === '{"stored":true}')).toHaveLength(1);
    expect(await inboxSize()).toBe(1);
  });

  test('of the same event under two delivery ids is stored once', async () => {
    await deliver(labeled);
    const fromHook = JSON.stringify({ ...(JSON.parse(labeled) as object), installation: undefined });
    const second = await deliver(fromHook, { 'x-github-delivery': 'a0000000-0000-0000-0000-000000000002' });
    expect(second).toMatchObject({ status: 202, body: '{"stored":false}' });
    expect(await inboxSize()).toBe(1);
    expect(await store.inbox.has('a0000000-0000-0000-0000-000000000002')).toBe(true);
  });

  test('tells its host once it is on disk', async () => {
    const told: string[] = [];
    await restart({ onStored: (delivery) => told.push(delivery.id) });
    await deliver(labeled);
    await deliver(labeled);
    expect(told).toEqual(['a0000000-0000-0000-0000-000000000001']);
  });

  test('with names and emoji in many scripts is verified over its bytes', async () => {
    const body = JSON.stringify({ action: 'opened', issue: { number: 1, title: 'ÄÖ 日本 🎭\u2028' } });
    expect(await deliver(body)).toMatchObject({ status: 202 });
  });

  test('signed with the previous secret is accepted during a rotation, and not after', async () => {
    const old = { 'x-hub-signature-256': sign(labeled, 'the-secret-of-last-month') };
    expect(await deliver(labeled, old)).toMatchObject({ status: 401 });
    await restart({ secrets: { current: secret, previous: 'the-secret-of-last-month' } });
    expect(await deliver(labeled, old)).toMatchObject({ status: 202 });
  });

  test('of an event that nobody handles is answered 202 and not stored', async () => {
    await restart({ events: ['issues'] });
    const answer = await deliver(labeled, { 'x-github-event': 'sponsorship' });
    expect(answer).toMatchObject({ status: 202, body: '{"stored":false,"ignored":true}' });
    expect(await inboxSize()).toBe(0);
  });
});

describe('a bad webhook request is refused, leaves no row and no word in the log', () => {
  const canary = 'CANARY-of-the-body';
  const body = JSON.stringify({ action: 'opened', issue: { number: 1, title: canary } });
  const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from(`${canary}"}`)]);
  const large = Buffer.from(JSON.stringify({ text: canary.repeat(Math.ceil((27 * 1024 * 1024) / canary.length)) }));
  const cases: readonly [string, number, () => Promise<Answer>][] = [
    ['unsigned', 401, () => deliver(body, { 'x-hub-signature-256': '' })],
    ['wrongly signed', 401, () => deliver(body, { 'x-hub-signature-256': sign(`${body} `) })],
    ['signed with sha1 only', 401, () => deliver(body, { 'x-hub-signature-256': '', 'x-hub-signature': sha1(body) })],
    ['signed with sha1 in the sha256 header', 401, () => deliver(body, { 'x-hub-signature-256': sha1(body) })],
    ['signed with development', 401, () => deliver(body, { 'x-hub-signature-256': sign(body, 'development') })],
    ['null', 400, () => deliver('null')],
    ['a list', 400, () => deliver('[]')],
    ['text', 400, () => deliver('"text"')],
    ['broken JSON', 400, () => deliver('{"a":')],
    ['invalid UTF-8', 400, () => deliver(bytes)],
    ['empty', 401, () => deliver('', { 'x-hub-signature-256': sign('') })],
    ['without an event', 400, () => deliver(body, { 'x-github-event': '' })],
    ['without a delivery id', 400, () => deliver(body, { 'x-github-delivery': '' })],
    ['with a delivery id that is none', 400, () => deliver(body, { 'x-github-delivery': `<${canary}>` })],
    ['a form', 415, () => deliver(body, { 'content-type': 'application/x-www-form-urlencoded' })],
    ['27 MB', 413, () => deliver(large)],
  ];
  test.each(cases)('%s: %i', async (_name, status, act) => {
    const answer = await act();
    expect(answer.status).toBe(status);
    expect(await inboxSize()).toBe(0);
    expect(logged.join('\n')).not.toContain(canary);
    expect(logged.join('\n')).not.toContain(secret);
    expect(await deliver(labeled)).toMatchObject({ status: 202 });
  });

  test('27 MB, announced before they are sent: 413', async () => {
    const answer = await deliver('{}', { 'content-length': String(large.length) }).catch(() => undefined);
    expect(answer?.status).toBe(413);
  });

  function sha1(text: string): string {
    return `sha1=${createHmac('sha1', secret).update(text).digest('hex')}`;
  }
});

describe('when the disk refuses', () => {
  test('a delivery is answered 503 and stored when it comes again', async () => {
    // Another process that writes and does not end, as a full disk does.
    const { DatabaseSync } = await import('node:sqlite');
    const other = new DatabaseSync(join(dataDir, 'troupe.db'));
    other.exec('BEGIN IMMEDIATE');
    expect(await deliver(labeled)).toMatchObject({ status: 503, headers: { 'retry-after': '10' } });
    other.exec('ROLLBACK');
    other.close();
    expect(await deliver(labeled)).toMatchObject({ status: 202, body: '{"stored":true}' });
  });
});

describe('operators', () => {
  test('see that the process lives and whether it is ready', async () => {
    expect(await send('/healthz')).toMatchObject({ status: 200, body: '{"ok":true}' });
    expect(await send('/readyz')).toMatchObject({ status: 200, body: '{"ready":true,"details":{"runs":"driven"}}' });
    await restart({ readiness: async () => ({ ready: false, details: { database: 'gone' } }) });
    expect(await send('/readyz')).toMatchObject({ status: 503 });
    await restart({ readiness: () => Promise.reject(new Error('no answer')) });
    expect(await send('/readyz')).toMatchObject({ status: 503 });
  });

  test('count deliveries by what became of them', async () => {
    await deliver(labeled);
    await deliver(labeled);
    await deliver('[]');
    const { body, status } = await send('/metrics');
    expect(status).toBe(200);
    expect(body.split('\n').filter((line) => !line.startsWith('#'))).toEqual([
      'troupe_webhook_requests_total{outcome="stored"} 1',
      'troupe_webhook_requests_total{outcome="duplicate"} 1',
      'troupe_webhook_requests_total{outcome="ignored"} 0',
      'troupe_webhook_requests_total{outcome="refused"} 1',
      'troupe_webhook_requests_total{outcome="unavailable"} 0',
      'troupe_paused 0',
      'troupe_deliveries{state="new"} 1',
      '',
    ]);
  });

  test('need to be on this machine, or to have the token where one is set', async () => {
    expect(await send('/metrics', { headers: { 'x-forwarded-for': '203.0.113.9' } })).toMatchObject({ status: 403 });
    expect(await send('/metrics', { headers: { host: 'evil.example' } })).toMatchObject({ status: 403 });
    expect((await send('/readyz', { headers: { 'x-forwarded-for': '203.0.113.9' } })).body).toBe('{"ready":true}');
    await restart({ apiToken: 'the-token' });
    expect(await send('/metrics')).toMatchObject({ status: 403 });
    expect(await send('/metrics', { headers: { authorization: 'Bearer another' } })).toMatchObject({ status: 403 });
    expect(await send('/metrics', { headers: { authorization: 'Bearer the-token' } })).toMatchObject({ status: 200 });
  });

  test('cannot be flooded, and the webhook route is never limited', async () => {
    let limited = 0;
    for (let index = 0; index < 620; index += 1) if ((await send('/healthz')).status === 429) limited += 1;
    expect(limited).toBe(20);
    expect(await deliver(labeled)).toMatchObject({ status: 202 });
  });

  test('get a sentence when the address is taken', async () => {
    await expect(start({ port: server.port })).rejects.toMatchObject({
      code: 'server/listen',
      message: expect.stringContaining(`Cannot listen on 127.0.0.1:${server.port}`) as string,
    });
  });
});

describe('the webhook secret', () => {
  test.each([[undefined], [''], ['  '], ['development'], ['Development ']])('%j is refused', (value) => {
    const error = caught(() => refuseWeakSecret(value));
    expect(error).toBeInstanceOf(TroupeError);
    expect(error).toMatchObject({ code: 'config/webhook-secret' });
  });

  test('a server does not start without a good one', async () => {
    await expect(start({ secrets: { current: 'development' } })).rejects.toMatchObject({
      code: 'config/webhook-secret',
      message: 'Cannot start the webhook server: WEBHOOK_SECRET is Probot’s default, which everybody knows',
    });
  });

  test('a good one passes', () => {
    expect(caught(() => refuseWeakSecret(secret))).toBeUndefined();
  });

  function caught(act: () => void): unknown {
    try {
      act();
      return undefined;
    } catch (error) {
      return error;
    }
  }
});
