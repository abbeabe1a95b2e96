// A service over HTTP, on a real server: every way to answer, every refusal, and what is sent.
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { taskIn } from '../../../test/suites/provider-contract.ts';
import { createImpatientClock } from '../../../test/support/impatient-clock.ts';
import { eventually } from '../../../test/support/patience.ts';
import { servicesWith } from '../../../test/support/provider-services.ts';
import { createRedactor, silentLogger } from '../../support/index.ts';
import type { JsonObject } from '../../support/index.ts';
import type { Provider, ProviderContext, ProviderReach, Strategy, Ticket } from '../model/types.ts';
import { mostAnswerBytes } from '../http/exchange.ts';
import { createProviders } from '../transports/create-providers.ts';
import { transports } from '../transports/list.ts';
import { parseProviderConfigs } from '../transports/parse-configs.ts';

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Said {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

const pass = JSON.stringify({ status: 'pass', summary: 'Fine', outputs: {}, usage: { cost_usd: 0.2 } });
const passes: Said = { status: 200, headers: { 'content-type': 'application/json' }, body: pass };

let base = '';
let seen: Seen[] = [];
let answers: (Said | 'breaks off')[] = [];
const server = createServer((request, response) => {
  void text(request).then((body) => {
    const { method = '', url: path = '', headers } = request;
    seen.push({ method, path, headers, body });
    const said = answers.length > 1 ? answers.shift() : answers[0];
    if (said === undefined || said === 'breaks off') return response.destroy();
    return response.writeHead(said.status, said.headers).end(said.body);
  });
});

beforeEach(async () => {
  seen = [];
  answers = [];
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const secrets = { KEY: 'the-key-of-the-service', SIGNS: `whsec_${Buffer.alloc(32, 7).toString('base64')}`, MORE: 'x' };
const publicUrl = 'https://troupe.example.test';

function made(entry: JsonObject = {}, reached: { readonly publicUrl?: string } = { publicUrl }): Provider {
  const { configs, problems } = parseProviderConfigs(
    { mine: { transport: 'http', url: `${base}/requests`, ...entry } },
    { baseDir: '/', transports },
  );
  expect(problems).toEqual([]);
  const services = servicesWith(secrets, { fetch, ...reached });
  const provider = createProviders(configs, services, transports).get('mine');
  if (provider === undefined) throw new Error('no provider');
  return provider;
}

const clock = createImpatientClock();
const task = { ...taskIn('/nowhere'), requestId: 'r1:ask:1' };
const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

function ticket(strategy: Strategy = 'callback', more: Partial<Ticket> = {}): Ticket {
  return { requestId: 'r1:ask:1', provider: 'mine', strategy, deadline: clock.now() + 3_600_000, ...more };
}

function reach(): ProviderReach {
  const redactor = createRedactor();
  redactor.add('a-secret-of-ours');
  return { signal: AbortSignal.timeout(60_000), clock, log: silentLogger, redactor };
}

function context(more: Partial<ProviderContext> = {}): ProviderContext {
  return {
    ...reach(),
    sandbox: { tier: 'env', isBoundary: false, limitsMemory: false, open: nothing, run: nothing },
    callback: { url: `${publicUrl}/persona-callback/r1%3Aask%3A1`, secret },
    progress: () => undefined,
    ...more,
  };
}

function nothing(): Promise<never> {
  return Promise.reject(new Error('a service needs no sandbox'));
}

/** Sends the request. */
function send(entry: JsonObject = {}, strategy: Strategy = 'callback') {
  return made(entry).start(task, ticket(strategy), context());
}

function bodyOf(one: Seen | undefined): unknown {
  return JSON.parse(one?.body ?? 'null');
}

describe('what is sent', () => {
  test('the request, under its id, with where to call back', async () => {
    answers = [passes];
    await send();
    expect(seen.length).toBe(1);
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/requests' });
    expect(seen[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': 'r1:ask:1',
      prefer: 'respond-async',
    });
    expect(seen[0]?.headers['authorization']).toBeUndefined();
    expect(bodyOf(seen[0])).toEqual({
      type: 'persona.request',
      request_id: 'r1:ask:1',
      persona: { id: 'qa-engineer', name: 'QA', description: '', tools: ['read', 'edit', 'execute'] },
      prompt: task.text,
      inputs: task.inputs,
      output_schemas: [],
      step: 'qa',
      attempt: 1,
      deadline: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      callback: { url: `${publicUrl}/persona-callback/r1%3Aask%3A1`, secret },
      answers: [],
    });
  });

  test('the key, further headers and a signature that the service can check', async () => {
    answers = [passes];
    await send({ key: 'KEY', headers: ['x-more: MORE'], signing_secret: 'SIGNS' });
    const [{ headers, body } = { headers: {}, body: '' }] = seen;
    expect(headers).toMatchObject({ authorization: `Bearer ${secrets.KEY}`, 'x-more': 'x', 'webhook-id': 'r1:ask:1' });
    const signed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    expect(() => new Webhook(secrets.SIGNS).verify(body, signed)).not.toThrow();
    expect(() => new Webhook(secrets.SIGNS).verify(`${body} `, signed)).toThrow(/signature/i);
  });

  test.each<[strategy: Strategy, prefers: string | undefined, callsBack: boolean]>([
    ['immediate', undefined, false],
    ['poll', 'respond-async', false],
    ['callback', 'respond-async', true],
  ])('asked for %s it is told so', async (strategy, prefers, callsBack) => {
    answers = [passes];
    await send({ strategy }, strategy);
    expect(seen[0]?.headers['prefer']).toBe(prefers);
    expect(Object.hasOwn(Object(bodyOf(seen[0])), 'callback')).toBe(callsBack);
  });

  test('without a public address nobody is asked to call back', () => {
    expect([...made({}, {}).strategies]).toEqual(['immediate', 'poll']);
    expect(() => made({ strategy: 'callback' }, {})).toThrow(/nobody told under which address/);
  });
});

describe('what an answer means', () => {
  test.each<[what: string, said: Said]>([
    ['as JSON', passes],
    ['with 201', { ...passes, status: 201 }],
    ['without a media type', { status: 200, body: pass }],
    ['between words', { status: 200, body: `I looked.\n\n\`\`\`json result\n${pass}\n\`\`\`\n` }],
  ])('a result %s is the answer, at once', async (_what, said) => {
    answers = [said];
    for (const strategy of ['immediate', 'callback'] as const)
      expect(await send({}, strategy)).toMatchObject({ answer: { status: 'pass', summary: 'Fine' } });
  });

  test('a patch comes as bytes', async () => {
    const body = JSON.stringify({ status: 'pass', summary: 'Done', changes: { patch: 'diff --git a/x b/x\n' } });
    answers = [{ status: 200, body }];
    const got = await send();
    expect(got).toMatchObject({ answer: { changes: { kind: 'patch' } } });
  });

  test('202 with a place is looked for there, after the time it tells', async () => {
    answers = [{ status: 202, headers: { location: '/jobs/7', 'retry-after': '40' } }];
    const before = clock.now();
    const got = await send();
    if (!('waiting' in got)) throw new Error('it waits');
    expect(got.waiting).toMatchObject({ keeps: { job: `${base}/jobs/7`, looks: 0 } });
    expect(got.waiting.nextLookAt).toBeGreaterThanOrEqual(before + 40_000);
  });

  test('202 alone: it calls back', async () => {
    answers = [{ status: 202 }];
    const got = await send();
    expect(got).toEqual({ waiting: expect.not.objectContaining({ nextLookAt: expect.anything() }) });
  });

  test('a request that it knows already is waited for', async () => {
    answers = [{ status: 409 }];
    expect(await send()).toMatchObject({ waiting: { requestId: 'r1:ask:1' } });
    answers = [{ status: 409, headers: { 'retry-after': '1' } }, passes];
    expect(await send({}, 'immediate')).toMatchObject({ answer: { status: 'pass' } });
  });

  test.each<[what: string, said: Said | 'breaks off', found: string, words: RegExp]>([
    ['no result', { status: 200, body: '{"summary":"Hm"}' }, 'contract', /status/],
    ['nothing', { status: 204 }, 'contract', /nothing in it/],
    [
      'more than any may',
      { status: 200, body: new Uint8Array(mostAnswerBytes + 1) },
      'contract',
      /more than \d+ bytes/,
    ],
    ['401', { status: 401, body: 'who are you?' }, 'auth', /HTTP 401: who are you\?/],
    ['403', { status: 403 }, 'auth', /HTTP 403/],
    ['404', { status: 404 }, 'config', /HTTP 404/],
    [
      'what is wrong, as a problem',
      {
        status: 422,
        headers: { 'content-type': 'application/problem+json' },
        body: '{"title":"Unknown persona","detail":"no qa-engineer here"}',
      },
      'config',
      /Unknown persona: no qa-engineer here/,
    ],
    ['a redirect', { status: 308, headers: { location: 'https://elsewhere.example.test/' } }, 'config', /redirects/],
    ['500', { status: 500 }, 'transient', /HTTP 500/],
    ['503', { status: 503, headers: { 'retry-after': '600' } }, 'transient', /HTTP 503/],
    ['429', { status: 429, headers: { 'retry-after': '600' } }, 'rate_limit', /HTTP 429/],
    ['nothing at all', 'breaks off', 'transient', /could not be reached/],
    [
      'a place at another host',
      { status: 202, headers: { location: 'https://evil.example.test/x' } },
      'config',
      /own host/,
    ],
    ['a place with a password', { status: 202, headers: { location: '//u:p@127.0.0.1/x' } }, 'config', /own host/],
  ])('%s is an error of its class', async (_what, said, found, words) => {
    answers = [said];
    const got = await send();
    expect(got).toMatchObject({ answer: { status: 'error', error: { class: found } } });
    expect('answer' in got ? got.answer.error?.message : '').toMatch(words);
    // whoever follows a redirect carries the key along
    expect(seen.every(({ path }) => path === '/requests')).toBe(true);
  });

  test('what it says is shown without our secrets', async () => {
    answers = [{ status: 400, body: 'you sent a-secret-of-ours' }];
    const got = await send();
    expect(JSON.stringify(got)).not.toContain('a-secret-of-ours');
  });

  test('how long it wants to be left alone is told on', async () => {
    answers = [{ status: 429, headers: { 'retry-after': '600' } }];
    expect(await send()).toMatchObject({ answer: { error: { retryAfterMs: 600_000 } } });
    expect(seen.length).toBe(1);
  });

  test('202 where nobody would hear of the answer is an error that says why', async () => {
    answers = [{ status: 202 }];
    const polled = await made({}, {}).start(task, ticket('poll'), context());
    expect(polled).toMatchObject({ answer: { error: { class: 'config' } } });
    expect(JSON.stringify(polled)).toContain('no `Location`');
    expect(await send({ strategy: 'immediate' }, 'immediate')).toMatchObject({
      answer: { error: { class: 'config' } },
    });
  });
});

describe('while it is out', () => {
  test('the same request is sent again under its id, a few times', async () => {
    answers = ['breaks off', { status: 503 }, { status: 502 }, passes];
    expect(await send()).toMatchObject({ answer: { status: 'pass' } });
    expect(seen.map(({ headers }) => headers['idempotency-key'])).toEqual(Array(4).fill('r1:ask:1'));
    expect(new Set(seen.map(({ body }) => body)).size).toBe(1);
  });

  test('no longer than it has time', async () => {
    answers = [{ status: 503 }];
    const short = ticket('callback', { deadline: clock.now() + 3_000 });
    const got = await made().start(task, short, context());
    expect(got).toMatchObject({ answer: { status: 'error' } });
    expect(seen.length).toBeLessThan(4);
  });

  test('a run that is cancelled waits for nothing', async () => {
    const ending = new AbortController();
    server.once('request', () => ending.abort(new Error('cancelled by ada')));
    answers = ['breaks off'];
    const got = await made().start(task, ticket(), context({ signal: ending.signal }));
    expect(got).toMatchObject({ answer: { error: { class: 'cancelled' } } });
    // the next test counts from nothing
    await eventually(() => expect(seen.length).toBe(1));
  });
});

describe('a look', () => {
  const job = (more: Partial<Ticket> = {}): Ticket =>
    ticket('callback', { keeps: { job: `${base}/jobs/7`, looks: 3 }, nextLookAt: 0, ...more });
  const look = async () => made({ key: 'KEY' }).look?.(job(), reach());

  test.each<[said: Said]>([[{ status: 202 }], [{ status: 204 }], [{ status: 429 }], [{ status: 503 }]])(
    '%j: later, and less often',
    async (said) => {
      answers = [said];
      const got = await look();
      expect(got).toMatchObject({ waiting: { keeps: { job: `${base}/jobs/7`, looks: 4 } } });
      expect(seen[0]).toMatchObject({ method: 'GET', path: '/jobs/7' });
      expect(seen[0]?.headers['authorization']).toBe(`Bearer ${secrets.KEY}`);
    },
  );

  test('what is there is the reply, as it came, also at the next place of its host', async () => {
    answers = [{ status: 303, headers: { location: '/results/7' } }, passes];
    const got = await look();
    expect(seen.map(({ path }) => path)).toEqual(['/jobs/7', '/results/7']);
    if (got === undefined || !('reply' in got)) throw new Error('it is there');
    expect(Buffer.from(got.reply.body).toString('utf8')).toBe(pass);
    expect(got.reply.mediaType).toBe('application/json');
  });

  test.each<[what: string, said: Said]>([
    ['a job that is gone', { status: 410 }],
    ['a job that nobody knows', { status: 404 }],
    ['a place at another host', { status: 302, headers: { location: 'https://evil.example.test/' } }],
    ['a place that leads to itself', { status: 302, headers: { location: '/jobs/7' } }],
    ['an answer with nothing in it', { status: 200 }],
  ])('%s is a reply that says so', async (_what, said) => {
    answers = [said];
    const got = await look();
    if (got === undefined || !('reply' in got)) throw new Error('it never comes');
    const read = await made().resume(task, { ticket: job(), reply: got.reply }, context());
    expect(read).toMatchObject({ answer: { status: 'error', error: { class: 'failed' } } });
  });

  test.each<[said: Said | 'breaks off']>([['breaks off'], [{ status: 500 }], [{ status: 401 }]])(
    '%j: nothing is known, and it is called again',
    async (said) => {
      answers = [said];
      await expect(look()).rejects.toThrow();
    },
  );
});

describe('who nobody waits for', () => {
  test.each<[what: string, more: Partial<Ticket>, path: string]>([
    ['at its place', { keeps: { job: 'JOB' } }, '/jobs/7'],
    ['below the address, where it told no place', {}, '/requests/r1%3Aask%3A1'],
  ])('is told %s', async (_what, more, path) => {
    answers = [{ status: 204 }];
    const keeps = more.keeps === undefined ? {} : { keeps: { job: `${base}/jobs/7` } };
    await made().release(ticket('callback', keeps), reach());
    expect(seen[0]).toMatchObject({ method: 'DELETE', path });
    expect(seen[0]?.headers['idempotency-key']).toBe('r1:ask:1');
  });

  test.each([404, 405, 409, 410, 501])('%i: told all the same', async (status) => {
    answers = [{ status }];
    await made().release(ticket(), reach());
  });

  test('is told again while the service is out, for a day', async () => {
    answers = [{ status: 503 }];
    await expect(made().release(ticket(), reach())).rejects.toThrow('503');
    await made().release(ticket('callback', { deadline: clock.now() - 25 * 3_600_000 }), reach());
  });
});

describe('what keeps it from working', () => {
  test.each<[entry: JsonObject, words: RegExp]>([
    [{ url: 'nowhere' }, /no address/],
    [{ url: 'ftp://example.test/' }, /no address/],
    [{ url: 'https://me:word@example.test/' }, /no address/],
    [{ url: 'http://example.test/' }, /plain HTTP/],
    [{ key: 'MISSING' }, /its key from MISSING, which is not set/],
    [{ headers: ['x-a: MISSING'] }, /the header x-a from MISSING/],
    [{ signing_secret: 'MISSING' }, /signatures from MISSING/],
    [{ signing_secret: 'MORE' }, /is none/],
  ])('%j is told before anything is sent', async (entry, words) => {
    const problems = await made(entry).check({ ...task.persona, tools: ['read'] });
    expect(problems).toMatchObject([{ severity: 'error', message: expect.stringMatching(words) }]);
    expect(seen).toEqual([]);
  });

  test('plain HTTP over a way of your own, and to this machine, is right', async () => {
    const reading = { ...task.persona, tools: ['read' as const] };
    expect(await made({ url: 'http://example.test/', allow_http: true }).check(reading)).toEqual([]);
    expect(await made().check(reading)).toEqual([]);
    expect(await made().check(task.persona)).toEqual([]);
  });

  test('a persona that edits has no code where none is sent: said, and no error', async () => {
    expect(await made({ source: 'none' }).check(task.persona)).toMatchObject([{ severity: 'warning' }]);
    expect(await made({ strategy: 'poll' }, {}).check(task.persona)).toMatchObject([{ severity: 'warning' }]);
  });

  test('code that is asked for by name, and nobody can fetch', async () => {
    const problems = await made({ strategy: 'poll', source: 'bundle' }, {}).check(task.persona);
    expect(problems[0]).toMatchObject({ severity: 'error', hint: expect.stringContaining('TROUPE_PUBLIC_URL') });
  });
});
