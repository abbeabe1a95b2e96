// The gateway over its real socket, against a real HTTP host that answers as each vendor does.
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventOf, modelUpstream, piecesFor } from '../../../test/support/model-upstream.ts';
import type { ModelUpstream } from '../../../test/support/model-upstream.ts';
import type { ModelRoute, ModelTrouble } from '../model/gateway.ts';
import type { Allowance } from '../model/types.ts';
import { priceOf } from '../prices/price-of.ts';
import { openGateway } from './gateway.ts';
import type { Gateway } from './gateway.ts';
import { createMeter } from './meter.ts';
import type { Meter } from './meter.ts';

const key = 'sk-the-real-key-of-the-operator';
const placeholder = 'troupe-placeholder';

let upstream: ModelUpstream;
let gateway: Gateway | undefined;
let meter: Meter;
let failures: (readonly [string, number])[];
let refusals: number;
beforeEach(async () => {
  upstream = await modelUpstream();
  failures = [];
  refusals = 0;
});
afterEach(async () => {
  await gateway?.close();
  await upstream.close();
});

const anthropic = { shape: 'anthropic', inside: '', vendor: 'anthropic' } as const;
const openai = { shape: 'chat', inside: '/v1' } as const;
const google = { shape: 'google', inside: '', vendor: 'google' } as const;

interface Set {
  readonly route?: Pick<ModelRoute, 'shape' | 'inside' | 'vendor'>;
  readonly base?: string;
  readonly allowance?: Allowance;
}

async function open({ route = anthropic, base = '', allowance }: Set = {}): Promise<void> {
  meter = createMeter({
    ...(allowance === undefined ? {} : { allowance }),
    priceOf,
    onCall: () => undefined,
    onSpent: (count) => (refusals = count),
    onFailure: (trouble: ModelTrouble, inARow) => failures.push([trouble.class, inARow]),
  });
  gateway = await openGateway({
    allow: [],
    onRefused: () => undefined,
    models: { routes: [{ ...route, key, placeholder, upstream: `${upstream.url}${base}` }], meter },
  });
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** As an agent asks. */
function ask(path: string, body: object, headers: Readonly<Record<string, string>> = { 'x-api-key': placeholder }) {
  return new Promise<Answer>((resolve, reject) => {
    const asked = request({ socketPath: gateway?.socket, path, method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      response.on('close', () => reject(new Error('cut')));
    });
    asked.on('error', reject);
    asked.end(JSON.stringify(body));
  });
}

describe('what is handed on', () => {
  test.each([
    ['x-api-key', '', anthropic, '/v1/messages'],
    ['authorization', 'Bearer ', openai, '/v1/chat/completions'],
    ['authorization', 'Bearer ', openai, '/v1/responses'],
    ['api-key', '', openai, '/v1/chat/completions'],
    ['x-goog-api-key', '', google, '/v1beta/models/gemini-2.5-flash:generateContent'],
  ] as const)('the key is put where its placeholder was: %s', async (header, word, route, path) => {
    await open({ route, base: route.inside });
    const { status } = await ask(path, { model: 'm' }, { [header]: `${word}${placeholder}` });
    const [seen] = upstream.seen;
    expect([status, seen?.url, seen?.headers[header]]).toEqual([200, path, `${word}${key}`]);
    expect(JSON.stringify(seen)).not.toContain(placeholder);
  });

  test('in the address, too, where Google takes it', async () => {
    await open({ route: google });
    await ask(`/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse&key=${placeholder}`, {}, {});
    expect(upstream.seen[0]?.url).toBe(`/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse&key=${key}`);
  });

  test('a stream passes as it comes, byte for byte, before it has ended', async () => {
    await open();
    let finish: () => void = () => undefined;
    upstream.play((_seen, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const [first = {}, ...rest] = piecesFor('/messages');
      response.write(eventOf(first));
      finish = () => response.end(rest.map(eventOf).join(''));
      return true;
    });
    const got = await new Promise<string>((resolve) => {
      const headers = { 'x-api-key': placeholder };
      const asked = request(
        { socketPath: gateway?.socket, path: '/v1/messages', method: 'POST', headers },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => {
            text += chunk.toString('utf8');
            finish();
          });
          response.on('end', () => resolve(text));
        },
      );
      asked.end('{"stream":true}');
    });
    expect(got).toBe(piecesFor('/messages').map(eventOf).join(''));
    expect(meter.usage()).toMatchObject({ inputTokens: 1_000, outputTokens: 200, complete: true });
  });

  test('nothing else: no other path, no other agent, no WebSocket', async () => {
    await open();
    expect((await ask('/v1/files', {})).status).toBe(404);
    expect((await ask('/v1/messages/../files', {})).status).toBe(404);
    expect((await ask('/v1/organizations/api_keys', {})).status).toBe(404);
    expect((await ask('/v1/messages', {}, { 'x-api-key': 'troupe-of-another-agent' })).status).toBe(401);
    expect((await ask('/v1/messages', {}, {})).status).toBe(401);
    const status = await new Promise<number | undefined>((resolve) => {
      const headers = { connection: 'upgrade', upgrade: 'websocket', authorization: `Bearer ${placeholder}` };
      request({ socketPath: gateway?.socket, path: '/v1/responses', headers }, (response) =>
        resolve(response.statusCode),
      ).end();
    });
    expect([status, upstream.seen]).toEqual([426, []]);
  });

  test('a host that tells the key back in a refusal tells it to nobody', async () => {
    await open();
    upstream.play((seen, response) => {
      response.writeHead(401, { 'x-echo': String(seen.headers['x-api-key']) });
      return !!response.end(
        JSON.stringify({ error: { message: `Incorrect API key: ${String(seen.headers['x-api-key'])}` } }),
      );
    });
    const answer = await ask('/v1/messages', {});
    expect(JSON.stringify(answer)).not.toContain(key);
    expect(JSON.stringify(meter.trouble())).not.toContain(key);
    expect(answer.body).toContain(placeholder);
  });
});

describe('what is counted', () => {
  const told = { inputTokens: 1_000, outputTokens: 200, cacheReadTokens: 600, source: 'gateway', complete: true };
  test.each([
    ['Messages', anthropic, '/v1/messages', 'claude-sonnet-4-5', false, '0.004455'],
    ['Messages, as events', anthropic, '/v1/messages?beta=true', 'claude-sonnet-4-5', true, '0.004455'],
    ['Chat Completions', openai, '/v1/chat/completions', 'gpt-5.4', false, '0.00415'],
    ['Chat Completions, as events', openai, '/v1/chat/completions', 'gpt-5.4', true, '0.00415'],
    ['Responses', openai, '/v1/responses', 'gpt-5.4', false, '0.00415'],
    ['Responses, as events', openai, '/v1/responses', 'gpt-5.4', true, '0.00415'],
    [
      'generateContent',
      google,
      '/v1beta/models/gemini-2.5-flash:generateContent',
      'gemini-2.5-flash',
      false,
      '0.000638',
    ],
    [
      'its stream',
      google,
      '/v1beta/models/gemini-2.5-flash:streamGenerateContent',
      'gemini-2.5-flash',
      false,
      '0.000638',
    ],
    [
      'its events',
      google,
      '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
      'gemini-2.5-flash',
      true,
      '0.000638',
    ],
  ] as const)('%s', async (_name, route, path, model, stream, costUsd) => {
    await open({ route, base: route.inside });
    const body = route === google ? {} : { model, ...(stream ? { stream } : {}) };
    await ask(path, body, { authorization: `Bearer ${placeholder}` });
    expect(meter.usage()).toMatchObject({ ...told, costUsd, model });
  });

  test('a stream of Chat Completions is asked for its tokens where its agent did not', async () => {
    await open({ route: openai, base: '/v1' });
    await ask('/v1/chat/completions', { model: 'gpt-5.4', stream: true }, { authorization: `Bearer ${placeholder}` });
    expect(JSON.parse(upstream.seen[0]?.body ?? '')).toMatchObject({ stream_options: { include_usage: true } });
  });

  test('an answer that was cut is unknown, not nothing', async () => {
    await open();
    upstream.play((_seen, response, number) => {
      if (number > 1) return false;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(eventOf(piecesFor('/messages')[0] ?? {}));
      return !!setImmediate(() => response.destroy());
    });
    await expect(ask('/v1/messages', { stream: true })).rejects.toThrow();
    await expect.poll(() => meter.trouble()?.class).toBe('transient');
    expect(meter.usage()).toMatchObject({ inputTokens: 1_000, complete: false });
    expect(meter.usage().costUsd).toBeUndefined();
    await ask('/v1/messages', { model: 'claude-sonnet-4-5' });
    expect(meter.usage()).toMatchObject({ inputTokens: 2_000, costUsd: '0.004455', complete: false });
  });

  test('a model whose price nobody knows is unknown, and what was refused cost nothing', async () => {
    await open();
    await ask('/v1/messages', { model: 'a-model-of-a-garage' });
    expect(meter.usage()).toMatchObject({ inputTokens: 1_000, complete: false });
    expect(meter.usage().costUsd).toBeUndefined();
    await gateway?.close();
    await open();
    upstream.play((_seen, response) => !!response.writeHead(429).end('{}'));
    await ask('/v1/messages', { model: 'a-model-of-a-garage' });
    expect(meter.usage()).toMatchObject({ inputTokens: 0, costUsd: '0', complete: true });
  });
});

describe('what is not sent', () => {
  test('once the money is spent the next request is refused, in words that its agent understands', async () => {
    await open({ allowance: { costUsd: '0.01' } });
    const statuses: number[] = [];
    for (let n = 0; n < 5; n += 1) statuses.push((await ask('/v1/messages', { model: 'claude-sonnet-4-5' })).status);
    expect([statuses, upstream.seen.length, refusals]).toEqual([[200, 200, 200, 402, 402], 3, 2]);
    const { body } = await ask('/v1/messages', { model: 'claude-sonnet-4-5' });
    expect(JSON.parse(body)).toEqual({
      type: 'error',
      error: {
        type: 'billing_error',
        message:
          'Troupe sends no further request to a model: $0.013365 of the $0.01 that this request may take are spent',
      },
    });
  });

  test('many at once do not slip through together', async () => {
    await open({ allowance: { costUsd: '0.01' } });
    const all = await Promise.all(
      Array.from({ length: 30 }, () => ask('/v1/messages', { model: 'claude-sonnet-4-5' })),
    );
    expect(all.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(upstream.seen).toHaveLength(3);
  });

  test('tokens are limited as money is', async () => {
    await open({ route: openai, base: '/v1', allowance: { tokens: 2_000 } });
    const statuses: number[] = [];
    const headers = { authorization: `Bearer ${placeholder}` };
    for (let n = 0; n < 4; n += 1)
      statuses.push((await ask('/v1/responses', { model: 'nobody-knows' }, headers)).status);
    expect(statuses).toEqual([200, 200, 402, 402]);
  });

  test('who hangs up before the tokens are told reaches the limit all the same', async () => {
    await open({ allowance: { costUsd: '0.01' } });
    upstream.play((_seen, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(eventOf(piecesFor('/messages')[0] ?? {}));
      return !!setImmediate(() => response.destroy());
    });
    const body = { model: 'claude-sonnet-4-5', stream: true, system: 'x'.repeat(20_000) };
    let asked = 0;
    for (; meter.spent() === undefined && asked < 20; asked += 1)
      await ask('/v1/messages', body).catch(() => undefined);
    expect(asked).toBeLessThan(4);
    expect(meter.usage().complete).toBe(false);
  });
});

describe('what kind of trouble it is', () => {
  test.each([
    [401, {}, '{"error":{"message":"invalid x-api-key"}}', 'auth', undefined],
    [403, {}, '', 'auth', undefined],
    [400, {}, '{"error":{"message":"API key not valid. Please pass a valid API key."}}', 'auth', undefined],
    [429, { 'retry-after': '7' }, '{"error":{"type":"rate_limit_error"}}', 'rate_limit', 7_000],
    [429, { 'retry-after-ms': '1500' }, '', 'rate_limit', 1_500],
    [429, {}, '[{"error":{"code":429,"details":[{"retryDelay":"20s"}]}}]', 'rate_limit', 20_000],
    [429, {}, '{"error":{"code":"insufficient_quota"}}', 'auth', undefined],
    [500, {}, '', 'transient', undefined],
    [529, {}, '{"error":{"type":"overloaded_error"}}', 'transient', undefined],
  ])('%i %o is told', async (status, headers, body, kind, retryAfterMs) => {
    await open();
    upstream.play((_seen, response) => !!response.writeHead(status, headers).end(body));
    expect((await ask('/v1/messages', {})).status).toBe(status);
    expect([meter.trouble()?.class, meter.trouble()?.retryAfterMs]).toEqual([kind, retryAfterMs]);
    expect(failures).toEqual([[kind, 1]]);
  });

  test('a wrong request is the agent’s own matter', async () => {
    await open();
    upstream.play((_seen, response) => !!response.writeHead(400).end('{"error":{"message":"prompt is too long"}}'));
    await ask('/v1/messages', {});
    expect(meter.trouble()).toBeUndefined();
  });

  test('a failure within a stream that began well', async () => {
    await open();
    const error = { type: 'error', error: { type: 'rate_limit_error', message: 'slow down' } };
    upstream.play(
      (_seen, response) => !!response.writeHead(200, { 'content-type': 'text/event-stream' }).end(eventOf(error)),
    );
    await ask('/v1/messages', { stream: true });
    expect(meter.trouble()).toMatchObject({ class: 'rate_limit' });
  });

  test('a host that nobody reaches', async () => {
    await open();
    await upstream.close();
    expect((await ask('/v1/messages', {})).status).toBe(502);
    expect(meter.trouble()).toMatchObject({ class: 'transient', message: expect.stringContaining('ECONNREFUSED') });
    expect([meter.answers(), meter.usage().costUsd]).toEqual([0, '0']);
    upstream = await modelUpstream();
  });
});
