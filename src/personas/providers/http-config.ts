// An entry of the transport `http`, read: where requests go, with which headers, and what is wrong with that. Asks no network.
import { Webhook } from 'standardwebhooks';
import { defined } from '../../support/index.ts';
import { httpMessages as say } from '../http/messages.ts';
import type { Persona, ProviderConfig, ProviderProblem, ProviderServices } from '../model/types.ts';
import { headerValues, namedHeaders } from './named-headers.ts';
import { sourceProblems } from './takes-source.ts';
import { addressFault } from './web-address.ts';

/** What the schema of the transport lets pass. */
export type HttpConfig = ProviderConfig<{
  readonly url: string;
  /** The variable that holds the key. */
  readonly key?: string;
  /** `header: the variable that holds its value`. */
  readonly headers?: readonly string[];
  /** The variable that holds what requests are signed with. */
  readonly signing_secret?: string;
  readonly allow_http?: boolean;
  readonly source?: 'bundle' | 'none';
}>;

/** Headers of every request but its signature. */
export function ownHeaders({ options }: HttpConfig, services: ProviderServices): Readonly<Record<string, string>> {
  const key = options.key === undefined ? '' : (services.secret(options.key) ?? '');
  return {
    'user-agent': 'troupe',
    accept: 'application/json',
    ...defined({ authorization: key === '' ? undefined : `Bearer ${key}` }),
    ...headerValues(options.headers, services),
  };
}

/** The signature of a body, as Standard Webhooks has it; none where no secret is named. */
export function signatureOf(
  { options }: HttpConfig,
  services: ProviderServices,
  sent: { readonly id: string; readonly body: string },
): Readonly<Record<string, string>> {
  const secret = options.signing_secret === undefined ? '' : (services.secret(options.signing_secret) ?? '');
  if (secret === '') return {};
  const at = new Date(services.clock.now());
  return {
    'webhook-id': sent.id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(sent.id, at, sent.body),
  };
}

/** What keeps it from playing a persona, told before anything is sent. */
export function httpProblems(config: HttpConfig, persona: Persona, services: ProviderServices): ProviderProblem[] {
  return [
    ...addressProblems(config),
    ...secretProblems(config, services),
    ...sourceProblems(config, persona, services),
  ];
}

function addressProblems({ name, options }: HttpConfig): ProviderProblem[] {
  const address = URL.canParse(options.url) ? new URL(options.url) : undefined;
  const fault = addressFault(address, options.allow_http);
  if (fault === 'none') return [{ severity: 'error', message: say.badAddress(name), hint: say.badAddressHint() }];
  if (fault === 'plain') return [{ severity: 'error', message: say.plainHttp(name), hint: say.plainHttpHint() }];
  return [];
}

function secretProblems({ name, options }: HttpConfig, services: ProviderServices): ProviderProblem[] {
  const { key, headers, signing_secret: signing } = options;
  const used = [
    ...(key === undefined ? [] : [['its key', key] as const]),
    ...namedHeaders(headers).map(([header, variable]) => [`the header ${header}`, variable] as const),
    ...(signing === undefined ? [] : [['signatures', signing] as const]),
  ];
  const missing = used
    .filter(([, variable]) => (services.secret(variable) ?? '') === '')
    .map(([what, variable]): ProviderProblem => ({
      severity: 'error',
      message: say.notSet(name, what, variable),
      hint: say.notSetHint(variable),
    }));
  const secret = signing === undefined ? '' : (services.secret(signing) ?? '');
  if (signing === undefined || secret === '' || isSigningSecret(secret)) return missing;
  return [...missing, { severity: 'error', message: say.badSecret(name, signing), hint: say.badSecretHint() }];
}

function isSigningSecret(secret: string): boolean {
  try {
    new Webhook(secret);
    return true;
  } catch {
    return false;
  }
}
