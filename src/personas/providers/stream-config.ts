// An entry of the transport `stream`, read: where Redis is, and what is wrong with that. Asks no network.
import { defined } from '../../support/index.ts';
import { streamMessages as say } from '../stream/messages.ts';
import type { RedisPlace } from '../stream/connection.ts';
import type { Persona, ProviderConfig, ProviderProblem, ProviderServices } from '../model/types.ts';
import { sourceProblems } from './takes-source.ts';
import { isLoopback } from './web-address.ts';

/** What the schema of the transport lets pass. */
export type StreamConfig = ProviderConfig<{
  readonly url: string;
  /** The variable that holds the password. */
  readonly key?: string;
  /** What all keys begin with. */
  readonly prefix?: string;
  readonly allow_plain?: boolean;
  readonly source?: 'bundle' | 'none';
}>;

/** The prefix where none is written. */
export const usualPrefix = 'troupe';

/** Where Redis is, with its password. */
export function placeOf({ options }: StreamConfig, services: Pick<ProviderServices, 'secret'>): RedisPlace {
  const password = options.key === undefined ? '' : (services.secret(options.key) ?? '');
  return { url: options.url, ...defined({ password: password === '' ? undefined : password }) };
}

/** Its host and port, for people: never a user name. */
export function hostOf({ options }: StreamConfig): string {
  return URL.canParse(options.url) ? new URL(options.url).host : '';
}

/** What keeps it from working, told before anything is sent. */
export function streamProblems(config: StreamConfig, persona: Persona, services: ProviderServices): ProviderProblem[] {
  const { name, options } = config;
  const address = URL.canParse(options.url) ? new URL(options.url) : undefined;
  const isRedis = address !== undefined && ['redis:', 'rediss:'].includes(address.protocol) && address.hostname !== '';
  if (!isRedis || address.password !== '')
    return [{ severity: 'error', message: say.badAddress(name), hint: say.badAddressHint() }];
  if (address.protocol === 'redis:' && !isLoopback(address.hostname) && options.allow_plain !== true)
    return [{ severity: 'error', message: say.plain(name), hint: say.plainHint() }];
  if (options.key !== undefined && (services.secret(options.key) ?? '') === '')
    return [{ severity: 'error', message: say.notSet(name, options.key), hint: say.notSetHint(options.key) }];
  return [...sourceProblems(config, persona, services)];
}
