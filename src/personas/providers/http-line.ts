// The way to a service over HTTP: its address, its headers, and what an answer of it may mean. Sends nothing by itself.
import { exchange } from '../http/exchange.ts';
import type { HttpRequest } from '../http/exchange.ts';
import type { Asked, HttpAnswer } from '../http/meaning.ts';
import type { ProviderReach, ProviderServices, Ticket } from '../model/types.ts';
import { ownHeaders } from './http-config.ts';
import type { HttpConfig } from './http-config.ts';

/** The way to one service. */
export interface HttpLine {
  readonly config: HttpConfig;
  readonly services: ProviderServices;
  readonly url: URL;
}

/** How long an exchange may take, and who ends it before. */
export interface Within {
  readonly ms: number;
  readonly signal: AbortSignal;
}

/** One look at a job, and one word that nobody waits any more. */
export const shortMs = 60_000;

/** The way that a checked configuration tells. */
export function httpLine(config: HttpConfig, services: ProviderServices): HttpLine {
  return { config, services, url: new URL(config.options.url) };
}

/** One exchange, with the headers of the operator beside its own. Rejects as `exchange` does. */
export function sendOn(
  { config, services }: HttpLine,
  request: Omit<HttpRequest, 'signal'>,
  { ms, signal }: Within,
): Promise<HttpAnswer> {
  // no timer holds what is longer
  const timeout = AbortSignal.timeout(Math.max(1, Math.min(ms, 2 ** 31 - 1)));
  const headers = { ...ownHeaders(config, services), ...request.headers };
  return exchange(services.fetch, { ...request, headers, signal: AbortSignal.any([signal, timeout]) });
}

/** What the request of a ticket allows the service to answer. */
export function askedOn(
  { config, url }: HttpLine,
  { strategy }: Ticket,
  { clock, redactor }: Pick<ProviderReach, 'clock' | 'redactor'>,
): Asked {
  return {
    url,
    now: clock.now(),
    mayPoll: strategy !== 'immediate' && config.strategy !== 'callback',
    mayCallBack: strategy === 'callback',
    clean: (text) => redactor.text(text),
  };
}
