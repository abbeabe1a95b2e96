// What an entry of the transport `llm` says, read: which model, where it is, with which key. Pure but for the secrets that it asks for.
import type { OwnPrices } from '../llm/price.ts';
import { vendorOf } from '../llm/vendors.ts';
import type { Reach } from '../llm/vendors.ts';
import type { PersonaTask, ProviderConfig, ProviderServices } from '../model/types.ts';
import { defined, withoutEnd } from '../../support/index.ts';
import { headerValues, namedHeaders } from './named-headers.ts';

/** What the schema of the transport lets pass. */
export type LlmConfig = ProviderConfig<{
  readonly api: string;
  readonly model?: string;
  readonly base_url?: string;
  /** The variable that holds the key. */
  readonly key?: string;
  /** `header: the variable that holds its value`. */
  readonly headers?: readonly string[];
  readonly allow_http?: boolean;
  readonly shape?: 'schema' | 'text';
  readonly tools?: boolean;
  readonly requests?: number;
  readonly max_output_tokens?: number;
  readonly temperature?: number;
  readonly price?: OwnPrices;
}>;

/** The model that is asked: the step's, else the persona's, else the provider's. */
export function modelOf({ options }: LlmConfig, task: Pick<PersonaTask, 'model' | 'persona'>): string | undefined {
  return task.model ?? task.persona.model ?? options.model;
}

/** The variable that the key is in: the one that is named, else the usual one, else the first that no header takes. */
export function keyVariable({ options, env }: LlmConfig): string | undefined {
  if (options.key !== undefined) return options.key;
  const usual = vendorOf(options.api).key;
  const taken = new Set(headersOf({ options }).map(([, name]) => name));
  return env.find((name) => name === usual) ?? env.find((name) => !taken.has(name));
}

/** Each header with the variable that holds its value. */
export function headersOf({ options }: Pick<LlmConfig, 'options'>): readonly (readonly [string, string])[] {
  return namedHeaders(options.headers);
}

/** The address of the endpoint; undefined: none is named, or it is none. */
export function addressOf({ options }: LlmConfig): URL | undefined {
  const written = options.base_url ?? vendorOf(options.api).baseUrl;
  return written === undefined || !URL.canParse(written) ? undefined : new URL(written);
}

/** Everything that a client needs. Its address was checked. */
export function reachOf(config: LlmConfig, services: ProviderServices, model: string): Reach {
  const address = addressOf(config) ?? new URL('https://nowhere.invalid');
  const variable = keyVariable(config);
  const key = variable === undefined ? undefined : services.secret(variable);
  return {
    model,
    baseUrl: `${address.origin}${withoutEnd(address.pathname, '/')}`,
    query: Object.fromEntries(address.searchParams),
    headers: headerValues(config.options.headers, services),
    fetch: services.fetch,
    ...defined({ key: key === '' ? undefined : key }),
  };
}
