// The route for answers of personas: verify, store, wake. Reads no answer, and nothing of a body reaches the log.
import { isUtf8 } from 'node:buffer';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { callbackPath, messageOf } from '../support/index.ts';
import { serverMessages } from './messages.ts';
import type { CallbackOutcome, Callbacks, ServerOptions } from './types.ts';

const megabyte = 1024 * 1024;
/** A result with a patch or a bundle. */
const mostBytes = 16 * megabyte;
/** Requests per minute and address. */
const requestsPerMinute = 600;

/** What comes again is waited for no more; the body tells it from what comes too late. */
const statusOf: Readonly<Record<CallbackOutcome, number>> = { kept: 202, known: 410, over: 410, unknown: 404 };

/** Adds the route. The body arrives as raw bytes: the signature is over them. */
export async function addCallbacks(app: FastifyInstance, options: ServerOptions, callbacks: Callbacks): Promise<void> {
  const { log } = options;
  await app.register(rateLimit, { max: requestsPerMinute, timeWindow: 60_000 });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  // a program sends it: the headers that protect a browser are left out
  app.post<{ Params: { id: string } }>(
    `${callbackPath('')}:id`,
    { helmet: false, bodyLimit: options.callbackLimit ?? mostBytes },
    receive,
  );

  async function receive(
    request: FastifyRequest<{ Params: { id: string } }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { id } = request.params;
    const secret = await callbacks.secretOf(id);
    if (secret === undefined) return refuse(reply, { status: 404, error: serverMessages.noSuchRequest });
    const { body } = request;
    if (!Buffer.isBuffer(body) || body.length === 0 || !isUtf8(body))
      return refuse(reply, { status: 400, error: serverMessages.notUtf8 });
    if (!isSigned(body, request.headers, secret))
      return refuse(reply, { status: 401, error: serverMessages.wrongCallbackSignature });
    const mediaType = request.headers['content-type'] ?? 'application/octet-stream';
    try {
      const outcome = await callbacks.receive(id, { body, mediaType });
      log.debug({ request: id, outcome }, 'an answer of a persona came');
      return await reply.code(statusOf[outcome]).send({ outcome });
    } catch (error) {
      log.error({ request: id, error: messageOf(error) }, 'an answer of a persona could not be stored');
      return reply.code(503).header('retry-after', '10').send({ error: serverMessages.answerNotStored });
    }
  }

  function refuse(
    reply: FastifyReply,
    { status, error }: { readonly status: number; readonly error: string },
  ): FastifyReply {
    log.warn({ status, reason: error }, 'an answer of a persona was refused');
    return reply.code(status).send({ error });
  }
}

/** Standard Webhooks: id, timestamp and body are signed, and the time is within five minutes of ours. Compared in constant time. */
function isSigned(body: Buffer, headers: FastifyRequest['headers'], secret: string): boolean {
  const signed = Object.fromEntries(
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'].flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    }),
  );
  try {
    new Webhook(secret).verify(body, signed, { jsonParse: false });
    return true;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
}
