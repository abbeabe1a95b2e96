// What operators and load balancers ask: alive, ready, numbers. Rate-limited, unlike the webhook route.
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { messageOf } from '../support/index.ts';
import { mayLookInside } from './access.ts';
import { metricsText } from './delivery-counter.ts';
import type { DeliveryCounter } from './delivery-counter.ts';
import { providerText } from './provider-figures.ts';
import { stallText } from './stall-figures.ts';
import { serverMessages } from './messages.ts';
import type { Readiness, ServerOptions } from './types.ts';

/** Requests per minute and address. */
const requestsPerMinute = 600;

/** Adds the routes. */
export async function addOperations(
  app: FastifyInstance,
  options: ServerOptions,
  counter: DeliveryCounter,
): Promise<void> {
  await app.register(rateLimit, { max: requestsPerMinute, timeWindow: 60_000 });

  app.get('/healthz', async () => ({ ok: true }));

  app.get('/readyz', async (request, reply) => {
    const { ready, details } = await readinessOf(options);
    const inside = mayLookInside(request, options.apiToken);
    return reply.code(ready ? 200 : 503).send(inside ? { ready, details } : { ready });
  });

  app.get('/metrics', async (request, reply) => {
    if (!mayLookInside(request, options.apiToken)) return reply.code(403).send({ error: serverMessages.notAllowed });
    const text = [
      metricsText(counter.values(), await options.counts?.(), (await options.halted?.()) === true),
      providerText((await options.providers?.()) ?? []),
      stallText(options.stalls?.()),
    ].join('');
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(text);
  });

  app.setNotFoundHandler({ preHandler: app.rateLimit() }, async (_request, reply) =>
    reply.code(404).send({ error: serverMessages.notFound }),
  );
}

async function readinessOf({ readiness, log }: ServerOptions): Promise<Readiness> {
  try {
    return await readiness();
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'readiness could not be told');
    return { ready: false, details: { error: messageOf(error) } };
  }
}
