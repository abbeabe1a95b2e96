// The route where workers fetch the request that they were called for: an address that is signed, and one worker gets it. Nothing of a request reaches the log.
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { requestPath } from '../support/index.ts';
import { serverMessages } from './messages.ts';
import type { LaidRequests, ServerOptions } from './types.ts';

/** Requests per minute and address. */
const requestsPerMinute = 600;
/** Characters of a worker's name. */
const mostName = 200;

interface Asked {
  Params: { id: string };
  Querystring: Readonly<Record<string, unknown>>;
}

const refusals = {
  forged: [401, serverMessages.wrongSourceSignature],
  taken: [409, serverMessages.requestTaken],
  over: [410, serverMessages.sourceOver],
} as const;

/** Adds the route. */
export async function addRequests(app: FastifyInstance, { log }: ServerOptions, requests: LaidRequests): Promise<void> {
  await app.register(rateLimit, { max: requestsPerMinute, timeWindow: 60_000 });
  app.get<Asked>(`${requestPath('')}:id`, { helmet: false }, async (request, reply) => {
    const [until = '', signature = '', by = ''] = ['until', 'signature', 'by'].map((name) =>
      textOf(request.query[name]),
    );
    const found = await requests.find({ requestId: request.params.id, until, signature, by: by.slice(0, mostName) });
    if (typeof found === 'string') {
      const [status, error] = refusals[found];
      log.warn({ status, reason: error }, 'a request for a persona was refused to a worker');
      return reply.code(status).send({ error });
    }
    // bytes: it holds the secret of its answer, which is redacted everywhere else
    return reply.header('cache-control', 'private, no-store').type('application/json').send(Buffer.from(found.body));
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
