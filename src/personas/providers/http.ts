// Provider `http`: a service that answers now, is asked again where it says, or calls back. Each request has its id as its idempotency key.
import { readReply } from '../remote/read-reply.ts';
import type { Provider, ProviderServices } from '../model/types.ts';
import { httpProblems } from './http-config.ts';
import type { HttpConfig } from './http-config.ts';
import { httpLine } from './http-line.ts';
import { giveUpOn, lookFor } from './http-look.ts';
import { sendRequest } from './http-send.ts';
import { takesSource } from './takes-source.ts';

/** A provider of a checked configuration. */
export function createHttpProvider(config: HttpConfig, services: ProviderServices): Provider {
  // made when it is used: an address that is none is a problem to be told
  const line = () => httpLine(config, services);
  return {
    name: config.name,
    strategies: new Set(['immediate', 'poll', 'callback'] as const),
    callsBack: config.strategy === undefined || config.strategy === 'callback',
    takesSource: takesSource(config, services),
    check: (persona) => Promise.resolve(httpProblems(config, persona, services)),
    start: (task, ticket, context) => sendRequest({ line: line(), task, ticket, context }),
    resume: async (task, { ticket, reply }, context) =>
      reply === undefined ? sendRequest({ line: line(), task, ticket, context }) : { answer: readReply(task, reply) },
    look: (ticket, reach) => lookFor(line(), ticket, reach),
    release: (ticket, reach) => giveUpOn(line(), ticket, reach),
  };
}
