// The APIs that models are reached by, as data, and how the client of each is made. Each is loaded when it is used and not before.
import type { JSONValue, LanguageModel } from 'ai';
import { defined } from '../../support/index.ts';

/** Where a model is, and how it is reached. */
export interface Reach {
  readonly model: string;
  /** Without a query and a slash at its end. */
  readonly baseUrl: string;
  /** Part of every address: `api-version` of some gateways. */
  readonly query: Readonly<Record<string, string>>;
  readonly key?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof fetch;
}

/** One API. */
export interface Vendor {
  /** The word in `api:` and `preset:`. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** The library that speaks it. */
  readonly library: string;
  /** Absent: the operator names one. */
  readonly baseUrl?: string;
  /** The variable that its key is usually in. Absent: it may need none. */
  readonly key?: string;
  /** Whose published prices its models have. Absent: nobody knows. */
  readonly pricedAs?: string;
  /** What every request asks of it besides. */
  readonly options: Readonly<Record<string, Readonly<Record<string, JSONValue>>>>;
  open(reach: Reach): Promise<LanguageModel>;
}

/** What all clients take. They look for variables of the process where a value is missing, so none is. */
function settings({ baseUrl, key = '', headers, fetch }: Reach) {
  return { baseURL: baseUrl, apiKey: key, headers: { ...headers }, fetch };
}

const openai: Vendor = {
  name: 'openai',
  title: 'OpenAI',
  library: '@ai-sdk/openai',
  baseUrl: 'https://api.openai.com/v1',
  key: 'OPENAI_API_KEY',
  pricedAs: 'openai',
  // nothing is kept there, and schemas that people wrote need not follow the strict subset
  options: { openai: { store: false, strictJsonSchema: false } },
  open: async (reach) => (await import('@ai-sdk/openai')).createOpenAI(settings(reach))(reach.model),
};

const anthropic: Vendor = {
  name: 'anthropic',
  title: 'Anthropic',
  library: '@ai-sdk/anthropic',
  baseUrl: 'https://api.anthropic.com/v1',
  key: 'ANTHROPIC_API_KEY',
  pricedAs: 'anthropic',
  // the whole conversation goes along with each request: what was sent before is read from its cache
  options: { anthropic: { cacheControl: { type: 'ephemeral' } } },
  open: async (reach) => (await import('@ai-sdk/anthropic')).createAnthropic(settings(reach))(reach.model),
};

const google: Vendor = {
  name: 'google',
  title: 'Google',
  library: '@ai-sdk/google',
  baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
  key: 'GEMINI_API_KEY',
  pricedAs: 'google',
  options: {},
  open: async (reach) => (await import('@ai-sdk/google')).createGoogle(settings(reach))(reach.model),
};

const xai: Vendor = {
  name: 'xai',
  title: 'xAI',
  library: '@ai-sdk/xai',
  baseUrl: 'https://api.x.ai/v1',
  key: 'XAI_API_KEY',
  pricedAs: 'x-ai',
  options: { xai: { store: false } },
  open: async (reach) => (await import('@ai-sdk/xai')).createXai(settings(reach))(reach.model),
};

const compatible: Vendor = {
  name: 'openai-compatible',
  title: 'an OpenAI-compatible endpoint',
  library: '@ai-sdk/openai-compatible',
  options: { endpoint: { strictJsonSchema: false } },
  open: async (reach) =>
    (await import('@ai-sdk/openai-compatible')).createOpenAICompatible({
      name: 'endpoint',
      baseURL: reach.baseUrl,
      ...defined({ apiKey: reach.key }),
      headers: { ...reach.headers },
      queryParams: { ...reach.query },
      fetch: reach.fetch,
      includeUsage: true,
      supportsStructuredOutputs: true,
    })(reach.model),
};

/** In the order in which they are told to people. */
export const vendors: readonly Vendor[] = [openai, anthropic, google, xai, compatible];

/** The API of that name; a schema has let it pass. */
export function vendorOf(name: string): Vendor {
  return vendors.find((vendor) => vendor.name === name) ?? compatible;
}
