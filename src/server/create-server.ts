// The HTTP server: webhook intake, answers of personas, health, metrics. Logs no bodies, no headers, no secrets.
import helmet from '@fastify/helmet';
import fastify from 'fastify';
import type { FastifyError, FastifyInstance } from 'fastify';
import { messageOf, toJson, TroupeError } from '../support/index.ts';
import type { Clock } from '../support/index.ts';
import { createDeliveryCounter } from './delivery-counter.ts';
import { addCallbacks } from './callbacks.ts';
import { addIntake } from './intake.ts';
import { serverMessages } from './messages.ts';
import { addOperations } from './operations.ts';
import { refuseWeakSecret } from './secrets.ts';
import { addRequests } from './requests.ts';
import { addSources } from './sources.ts';
import type { RunningServer, ServerOptions } from './types.ts';

const megabyte = 1024 * 1024;
/** Of a body that is too large: more than this is not even thrown away. */
const mostDrainedBytes = 64 * megabyte;

/**
 * Starts listening. Throws `config/webhook-secret` without a good secret, `server/listen` where the address is taken.
 * `POST /api/github/webhooks`, `POST /persona-callback/<id>`, `GET /persona-request/<id>`, `GET /persona-source/<id>`, `GET /healthz`, `GET /readyz`, `GET /metrics`.
 */
export async function createServer(options: ServerOptions): Promise<RunningServer> {
  refuseWeakSecret(options.secrets.current);
  if (options.secrets.previous !== undefined && options.secrets.previous !== '')
    refuseWeakSecret(options.secrets.previous);
  const app = fastify({
    logger: false,
    bodyLimit: options.bodyLimit ?? 26 * megabyte,
    requestTimeout: 60_000,
    trustProxy: false,
    forceCloseConnections: 'idle',
  });
  redactAnswers(app, options);
  const counter = createDeliveryCounter();
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (request.method === 'POST' && status < 500) counter.count('refused');
    options.log.warn({ status, code: error.code }, 'a request was refused');
    // whoever still sends would find the connection gone and never read why: what comes is thrown away instead
    if (status === 413 && Number(request.headers['content-length'] ?? Infinity) <= mostDrainedBytes)
      reply.removeHeader('connection');
    return reply.code(status).send({ error: sentenceFor(status) });
  });
  await app.register(helmet, { contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] } } });
  await app.register((scope) => addIntake(scope, options, counter));
  const { callbacks } = options;
  if (callbacks !== undefined) await app.register((scope) => addCallbacks(scope, options, callbacks));
  const { sources } = options;
  if (sources !== undefined) await app.register((scope) => addSources(scope, options, sources));
  const { requests } = options;
  if (requests !== undefined) await app.register((scope) => addRequests(scope, options, requests));
  await app.register((scope) => addOperations(scope, options, counter));
  await listen(app, options);
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    url: `http://${reachable(options.host)}:${port}`,
    port,
    onlyHere: typeof address === 'object' && address !== null && isLoopback(address.address),
    close: (graceMs) => close(app, options.clock, graceMs),
  };
}

/** Whatever a route answers: data before it is written as JSON, text as it is. */
function redactAnswers(app: FastifyInstance, { redactor }: ServerOptions): void {
  app.addHook('preSerialization', async (_request, _reply, payload) => redactor.json(toJson(payload)));
  app.addHook('onSend', async (_request, reply, payload) =>
    typeof payload === 'string' && !isJson(reply.getHeader('content-type')) ? redactor.text(payload) : payload,
  );
}

function isJson(mediaType: unknown): boolean {
  return typeof mediaType === 'string' && mediaType.startsWith('application/json');
}

async function listen(app: FastifyInstance, { host, port }: ServerOptions): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw new TroupeError('server/listen', serverMessages.cannotListen(host, port, messageOf(error)), {
      class: 'config',
      hint: serverMessages.cannotListenHint,
      cause: error,
    });
  }
}

async function close(app: FastifyInstance, clock: Clock, graceMs: number): Promise<void> {
  const drop = clock.after(graceMs, () => app.server.closeAllConnections());
  await app.close();
  drop();
}

function sentenceFor(status: number): string {
  if (status === 413) return serverMessages.tooLarge;
  if (status === 429) return serverMessages.tooMany;
  return status < 500 ? serverMessages.malformed : serverMessages.unavailable;
}

/** 127.0.0.0/8, whatever way it is written, and ::1. */
function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?127\.|^::1$/.test(address);
}

/** A name under which this machine reaches an address that means all of its interfaces. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
