// Workers behind a real Redis: they outlive the process that asked, and take each request once.
import { randomUUID } from 'node:crypto';
import { createProviders, parseProviderConfigs, transports } from '../../src/personas/index.ts';
import type { Provider } from '../../src/personas/index.ts';
import { connectRedis } from '../../src/personas/stream/connection.ts';
import { streamKeys } from '../../src/personas/stream/keys.ts';
import { runWorker } from '../../src/personas/stream/worker.ts';
import { silentLogger, systemClock } from '../../src/support/index.ts';
import type { Reach } from './crash-points.ts';
import type { OtherSide } from './other-sides.ts';
import { servicesWith } from './provider-services.ts';
import type { RedisServer } from './redis-server.ts';

/** Some of them think until the end of the test, whatever they are told. */
const workers = 16;

/** Workers that answer as they are told; requests of this persona are worked on. */
export function createRedisSide(redis: RedisServer, persona = 'code-reviewer'): OtherSide {
  const keys = streamKeys(`test-${randomUUID()}`);
  const prefix = keys.results.slice(0, -':results'.length);
  const answers = new Map<string, PromiseWithResolvers<string>>();
  const ending = new AbortController();
  const running = Array.from({ length: workers }, (_none, at) =>
    runWorker(
      {
        persona,
        name: `worker-${at}`,
        open: async () => ({ redis: await connectRedis({ url: redis.url }, silentLogger), keys }),
        work,
        clock: systemClock,
        log: silentLogger,
      },
      ending.signal,
    ),
  );
  const side: OtherSide = {
    costUsd: '0.4',
    waitsFor: 'ticket',
    sends: [],
    released: [],
    looks: () => 0,
    manyLooks: 0,
    keepsAnswers: true,
    work: () => undefined,
    process: undefined,
    finish: (requestId, body) => answerOf(requestId).resolve(body),
    client,
    callBack: () => Promise.reject(new Error('a worker calls nobody back')),
    // Redis hands in by itself
    settle: () => Promise.resolve(),
    async close() {
      ending.abort();
      for (const { reject } of answers.values()) reject(new Error('the workers end'));
      await Promise.all(running);
    },
  };
  return side;

  function answerOf(requestId: string): PromiseWithResolvers<string> {
    const known = answers.get(requestId) ?? Promise.withResolvers<string>();
    // who is not asked any more throws it away
    known.promise.catch(() => undefined);
    answers.set(requestId, known);
    return known;
  }

  /** It comes to its end, also where nobody waits any more. */
  function work(body: string): Promise<string> {
    const { request_id: id } = JSON.parse(body) as { readonly request_id: string };
    side.sends.push(id);
    const answer = side.work(id);
    if (answer !== undefined) return Promise.resolve(answer);
    return answerOf(id).promise;
  }

  function client(reach: Reach): Provider {
    const entry = { transport: 'stream', url: redis.url, prefix };
    const { configs } = parseProviderConfigs({ other: entry }, { baseDir: '/', transports });
    const provider = createProviders(configs, servicesWith(), transports).get('other');
    if (provider === undefined) throw new Error('its entry makes no provider');
    async function around<Value>(name: string, act: () => Promise<Value>): Promise<Value> {
      reach(`before provider.${name}`);
      const value = await act();
      reach(`after provider.${name}`);
      return value;
    }
    return {
      ...provider,
      start: (task, ticket, context) => around('send', () => provider.start(task, ticket, context)),
      resume: (task, request, context) =>
        request.reply === undefined
          ? around('send', () => provider.resume(task, request, context))
          : provider.resume(task, request, context),
      async release(ticket, at) {
        await around('release', () => provider.release(ticket, at));
        if ((await redis.command('EXISTS', keys.cancelled(ticket.requestId))) === 1)
          side.released.push(ticket.requestId);
      },
    };
  }
}
