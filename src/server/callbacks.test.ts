// Answers of personas over HTTP: genuine ones are stored before they are answered, all others change nothing.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { createRedactor, silentLogger, systemClock } from '../support/index.ts';
import { createServer } from './index.ts';
import type { CallbackOutcome, RunningServer } from './index.ts';

const secret = `whsec_${Buffer.from('a secret of this request alone').toString('base64')}`;
const request = 'rabc:review:1';
/** A server that takes neither deliveries nor answers. */
const plain: Parameters<typeof createServer>[0] = {
  secrets: { current: 'a-long-random-value-of-this-test' },
  inbox: { put: () => Promise.reject(new Error('no delivery comes here')) },
  log: silentLogger,
  redactor: createRedactor(),
  clock: systemClock,
  host: '127.0.0.1',
  port: 0,
  readiness: async () => ({ ready: true, details: {} }),
};
let server: RunningServer;
let came: string[];
let outcome: CallbackOutcome | Error;

beforeEach(async () => {
  came = [];
  outcome = 'kept';
  server = await createServer({
    ...plain,
    callbackLimit: 1_000,
    callbacks: {
      secretOf: async (id) => (id === request ? secret : undefined),
      async receive(id, { body, mediaType }) {
        if (outcome instanceof Error) throw outcome;
        came.push(`${id} ${mediaType} ${Buffer.from(body).toString('utf8')}`);
        return outcome;
      },
    },
  });
});
afterEach(() => server.close(0));

interface Sent {
  readonly body?: string | Buffer;
  readonly id?: string;
  readonly secret?: string;
  readonly at?: number;
  readonly change?: Readonly<Record<string, string>>;
}

async function send(sent: Sent = {}): Promise<{ status: number; text: string; retryAfter: string | null }> {
  const { body = '{"status":"pass"}', id = request, at = Date.now() } = sent;
  const signature = new Webhook(sent.secret ?? secret).sign('msg_1', new Date(at), body.toString());
  const answer = await fetch(`${server.url}/persona-callback/${encodeURIComponent(id)}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at / 1_000)),
      'webhook-signature': signature,
      ...sent.change,
    },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  return { status: answer.status, text: await answer.text(), retryAfter: answer.headers.get('retry-after') };
}

test('a genuine answer is handed on byte for byte', async () => {
  expect(await send({ body: '{ "status": "pass",\n "summary": "Schön" }' })).toMatchObject({ status: 202 });
  expect(came).toEqual(['rabc:review:1 application/json { "status": "pass",\n "summary": "Schön" }']);
});

test.each<[CallbackOutcome, number]>([
  ['kept', 202],
  ['known', 410],
  ['over', 410],
  ['unknown', 404],
])('one that is %s is answered with %i', async (what, status) => {
  outcome = what;
  const { status: told, text } = await send();
  expect([told, JSON.parse(text)]).toEqual([status, { outcome: what }]);
});

describe('refused, and nothing is stored:', () => {
  const hour = 3_600_000;
  test.each<[string, Sent, number]>([
    ['a request that nobody sent', { id: 'rabc:review:2' }, 404],
    ['signed with another secret', { secret: `whsec_${Buffer.from('guessed').toString('base64')}` }, 401],
    ['signed for another body', { change: { 'webhook-signature': signatureOf('{"status":"fail"}') } }, 401],
    ['without a signature', { change: { 'webhook-signature': '' } }, 401],
    ['with another message id', { change: { 'webhook-id': 'msg_2' } }, 401],
    ['recorded an hour ago and sent again', { at: Date.now() - hour }, 401],
    ['dated an hour ahead', { at: Date.now() + hour }, 401],
    ['without a time', { change: { 'webhook-timestamp': 'now' } }, 401],
    ['bytes that are no text', { body: Buffer.from([0xff, 0xfe]) }, 400],
    ['nothing at all', { body: '' }, 400],
    ['larger than allowed', { body: 'x'.repeat(1_001) }, 413],
  ])('%s', async (_what, sent, status) => {
    expect((await send(sent)).status).toBe(status);
    expect(came).toEqual([]);
  });
});

test('what cannot be stored is asked for again', async () => {
  outcome = new Error('the disk is full');
  expect(await send()).toMatchObject({ status: 503, retryAfter: '10' });
});

test('a server that takes no answers has no such route', async () => {
  await server.close(0);
  server = await createServer(plain);
  expect((await send()).status).toBe(404);
});

function signatureOf(body: string): string {
  return new Webhook(secret).sign('msg_1', new Date(), body);
}
