// Provider `stream`: requests lie in Redis until a worker has answered. Heard when an answer comes, and looked for, so that none is missed.
import { defined, messageOf, sleep } from '../../support/index.ts';
import type { Logger } from '../../support/index.ts';
import { requestBody } from '../remote/request-body.ts';
import { readReply } from '../remote/read-reply.ts';
import { providerMessages } from '../model/messages.ts';
import type {
  Provider,
  ProviderAnswer,
  ProviderContext,
  ProviderReach,
  ProviderServices,
  Reply,
} from '../model/types.ts';
import type { PersonaTask, Ticket } from '../model/types.ts';
import { errorResult } from '../result/parse-result.ts';
import { connectRedis } from '../stream/connection.ts';
import { streamKeys } from '../stream/keys.ts';
import { findAnswer, hearAnswers, lastEntry, sendOnce, takeBack } from '../stream/line.ts';
import type { StreamLine } from '../stream/line.ts';
import { streamMessages as say } from '../stream/messages.ts';
import { hostOf, placeOf, streamProblems, usualPrefix } from './stream-config.ts';
import type { StreamConfig } from './stream-config.ts';
import { takesSource } from './takes-source.ts';

/** Tries while Redis is out; what takes longer is the engine's to wait for. */
const againMs = [1_000, 4_000, 10_000] as const;
/** An answer whose word was missed is found by then. */
const lookMs = 30_000;
/** One wait for answers; whoever ends it waits no longer. */
const hearMs = 2_000;
const day = 24 * 3_600;

/** A provider of a checked configuration. */
export function createStreamProvider(config: StreamConfig, services: ProviderServices): Provider {
  const lines = createLines(config, services);
  return {
    name: config.name,
    strategies: new Set(['stream'] as const),
    takesSource: takesSource(config, services),
    check: (persona) => Promise.resolve(streamProblems(config, persona, services)),
    start: (task, ticket, context) => send({ lines, task, ticket, context }),
    resume: async (task, { ticket, reply }, context) =>
      reply === undefined ? send({ lines, task, ticket, context }) : { answer: readReply(task, reply) },
    look: (ticket, reach) => look(lines, ticket, reach),
    release: async ({ requestId }, { log }) => takeBack(await lines.get(log), requestId, 7 * day),
    listen: (deliver, reach) => listen(lines, deliver, reach),
  };
}

/** Connections to one Redis. */
interface Lines {
  readonly host: string;
  /** The one that requests and looks share: opened by who needs it first. */
  get(log: Logger): Promise<StreamLine>;
  /** One for somebody who waits on it: nobody else can use it meanwhile. */
  open(log: Logger): Promise<StreamLine>;
  /** Ends the shared one. */
  close(): Promise<void>;
}

function createLines(config: StreamConfig, services: ProviderServices): Lines {
  let shared: Promise<StreamLine> | undefined;
  const keys = streamKeys(config.options.prefix ?? usualPrefix);
  async function open(log: Logger): Promise<StreamLine> {
    return { redis: await connectRedis(placeOf(config, services), log), keys };
  }
  return {
    host: hostOf(config),
    open,
    async get(log) {
      const line = (shared ??= open(log));
      try {
        return await line;
      } catch (error) {
        if (shared === line) shared = undefined;
        throw error;
      }
    },
    async close() {
      const line = shared;
      shared = undefined;
      await line?.then(
        ({ redis }) => redis.close(),
        () => undefined,
      );
    },
  };
}

interface Sending {
  readonly lines: Lines;
  readonly task: PersonaTask;
  readonly ticket: Ticket;
  readonly context: ProviderContext;
}

async function send({ lines, task, ticket, context }: Sending): Promise<ProviderAnswer> {
  const { clock, log, signal, allowance, progress } = context;
  const body = JSON.stringify(requestBody(task, ticket, defined({ allowance })));
  const left = ticket.deadline === null ? 30 * day : Math.ceil(Math.max(0, ticket.deadline - clock.now()) / 1_000);
  const request = { requestId: ticket.requestId, persona: task.persona.id, body, keptSeconds: left + day };
  progress(say.asks(task.persona.name));
  for (let tried = 0; ; tried += 1) {
    try {
      await sendOnce(await lines.get(log), request);
      return { waiting: { ...ticket, nextLookAt: clock.now() + lookMs } };
    } catch (error) {
      const waitMs = againMs[tried];
      if (waitMs === undefined)
        return { answer: errorResult('transient', say.unreachable(lines.host, messageOf(error))) };
      progress(say.waits(waitMs));
      await sleep(clock, waitMs, signal).catch(() => undefined);
      if (signal.aborted) return { answer: errorResult('cancelled', providerMessages.cancelled()) };
    }
  }
}

async function look(
  lines: Lines,
  ticket: Ticket,
  { clock, log }: ProviderReach,
): Promise<{ readonly reply: Reply } | { readonly waiting: Ticket }> {
  const found = await findAnswer(await lines.get(log), ticket.requestId);
  if (found.kind === 'reply') return { reply: found.reply };
  if (found.kind === 'waits') return { waiting: { ...ticket, nextLookAt: clock.now() + lookMs } };
  const error = { class: 'transient', message: say.forgotten(lines.host) };
  const body = Buffer.from(JSON.stringify({ status: 'error', error }), 'utf8');
  return { reply: { body, mediaType: 'application/json' } };
}

/** Hears of answers until it is ended. What comes while nobody listens is found by a look. */
function listen(
  lines: Lines,
  deliver: (requestId: string, reply: Reply) => Promise<void>,
  { clock, log, signal }: ProviderReach,
): () => Promise<void> {
  const ending = new AbortController();
  const over = AbortSignal.any([signal, ending.signal]);
  const hearing = hear().catch((error: unknown) => {
    if (!over.aborted)
      log.warn({ error: messageOf(error) }, 'answers of workers are not heard any more; they are looked for');
  });
  return async () => {
    ending.abort();
    await hearing;
    await lines.close();
  };

  async function hear(): Promise<void> {
    let since: string | undefined;
    while (!over.aborted) {
      let line: StreamLine | undefined;
      try {
        line = await lines.open(log);
        const stop = (): void => line?.redis.close();
        over.addEventListener('abort', stop, { once: true });
        since ??= await lastEntry(line);
        while (!over.aborted) since = await hearOnce(line, since);
      } catch (error) {
        if (over.aborted) return;
        log.debug({ error: messageOf(error) }, 'Redis is out');
      } finally {
        line?.redis.close();
      }
      await sleep(clock, 1_000, over).catch(() => undefined);
    }
  }

  /** One wait. The id that it came to. */
  async function hearOnce(line: StreamLine, since: string): Promise<string> {
    let last = since;
    for (const { id, fields } of await hearAnswers(line, since, hearMs)) {
      const requestId = fields['request_id'] ?? '';
      const found = await findAnswer(line, requestId);
      if (found.kind === 'reply') await deliver(requestId, found.reply);
      last = id;
    }
    return last;
  }
}
