// The webhook route: verify, store, answer. Nothing else happens in the request, and nothing of a body reaches the log.
import { isUtf8 } from 'node:buffer';
import { verifyWithFallback } from '@octokit/webhooks-methods';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { deliveryOf } from '../store/index.ts';
import type { Delivery } from '../store/index.ts';
import { isObject, messageOf, parseJson } from '../support/index.ts';
import type { Json } from '../support/index.ts';
import type { DeliveryCounter } from './delivery-counter.ts';
import { serverMessages } from './messages.ts';
import type { ServerOptions, WebhookSecrets } from './types.ts';

/** GitHub's address for Troupe. */
const webhookPath = '/api/github/webhooks';

/** Adds the route. The body arrives as raw bytes: the signature is over them. */
export async function addIntake(app: FastifyInstance, options: ServerOptions, counter: DeliveryCounter): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  // GitHub is no browser: the headers that protect one are left out.
  app.post(webhookPath, { helmet: false }, receive);

  async function receive(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const read = await readDelivery(request, options.secrets, options.clock.now());
    if ('status' in read) {
      counter.count('refused');
      options.log.warn({ status: read.status, reason: read.error }, 'a webhook request was refused');
      return reply.code(read.status).send({ error: read.error });
    }
    if (options.events !== undefined && !options.events.includes(read.event)) {
      counter.count('ignored');
      return reply.code(202).send({ stored: false, ignored: true });
    }
    return store(read, reply);
  }

  async function store(delivery: Delivery, reply: FastifyReply): Promise<FastifyReply> {
    const fields = { delivery: delivery.id, event: delivery.event };
    try {
      const { stored } = await options.inbox.put(delivery);
      counter.count(stored ? 'stored' : 'duplicate');
      options.log.debug(fields, stored ? 'a delivery was stored' : 'a delivery was known already');
      if (stored) options.onStored?.(delivery);
      return await reply.code(202).send({ stored });
    } catch (error) {
      counter.count('unavailable');
      options.log.error({ ...fields, error: messageOf(error) }, 'a delivery could not be stored');
      return reply.code(503).header('retry-after', '10').send({ error: serverMessages.unavailable });
    }
  }
}

interface Refused {
  readonly status: number;
  readonly error: string;
}

/** The delivery of a request, or why it is none. The signature is checked before the body is looked at. */
async function readDelivery(
  request: FastifyRequest,
  secrets: WebhookSecrets,
  now: number,
): Promise<Delivery | Refused> {
  const { headers } = request;
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? ''))
    return { status: 415, error: serverMessages.notJson };
  const signature = headers['x-hub-signature-256'];
  if (typeof signature !== 'string' || !/^sha256=[0-9a-f]{64}$/.test(signature))
    return { status: 401, error: serverMessages.missingSignature };
  const text = Buffer.isBuffer(request.body) ? decode(request.body) : undefined;
  if (text === undefined) return { status: 400, error: serverMessages.notUtf8 };
  if (!(await isSigned(text, signature, secrets))) return { status: 401, error: serverMessages.wrongSignature };
  const payload = parse(text);
  if (payload === undefined) return { status: 400, error: serverMessages.notObject };
  const delivery = deliveryOf(headers, payload, now);
  return delivery === undefined ? { status: 400, error: serverMessages.missingHeaders } : { ...delivery, text };
}

async function isSigned(text: string, signature: string, secrets: WebhookSecrets): Promise<boolean> {
  // The library throws on an empty body, which nobody signs.
  if (text === '') return false;
  const previous = secrets.previous === undefined || secrets.previous === '' ? undefined : [secrets.previous];
  const verified: unknown = await verifyWithFallback(secrets.current, text, signature, previous);
  return verified === true;
}

/** The text whose UTF-8 bytes are exactly these; undefined when there is none. */
function decode(body: Buffer): string | undefined {
  return isUtf8(body) ? body.toString('utf8') : undefined;
}

function parse(text: string): Json | undefined {
  try {
    const parsed: unknown = parseJson(text);
    // Parsed from JSON text.
    return isObject(parsed) ? (parsed as Json) : undefined;
  } catch {
    return undefined;
  }
}
