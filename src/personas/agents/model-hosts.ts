// Where the models of a key are, and how an agent is told that they are elsewhere: data. Holds no key and reaches nobody.
import type { ModelShape } from '../model/gateway.ts';

/** What goes with the variable of a key. */
export interface ModelHost {
  /** The variable that holds the key. */
  readonly key: string;
  /** The variable that says where requests go, for agents and, where the operator sets it, for Troupe. */
  readonly base: string;
  /** Where they go otherwise. Absent: nobody knows unless the operator says it. */
  readonly upstream?: string;
  /** What such a base URL ends with. */
  readonly inside: '' | '/v1';
  readonly shape: ModelShape;
  /** Whose models they are, by the word of the price list. Absent: anybody's. */
  readonly vendor?: string;
}

const anthropic = {
  base: 'ANTHROPIC_BASE_URL',
  upstream: 'https://api.anthropic.com',
  inside: '',
  shape: 'anthropic',
  vendor: 'anthropic',
} as const;

const openai = {
  base: 'OPENAI_BASE_URL',
  upstream: 'https://api.openai.com/v1',
  inside: '/v1',
  shape: 'chat',
} as const;

/** The first of one base URL whose key is set is taken. */
export const modelHosts: readonly ModelHost[] = [
  { key: 'ANTHROPIC_API_KEY', ...anthropic },
  { key: 'ANTHROPIC_AUTH_TOKEN', ...anthropic },
  { key: 'CODEX_API_KEY', ...openai },
  { key: 'OPENAI_API_KEY', ...openai },
  {
    key: 'GEMINI_API_KEY',
    base: 'GOOGLE_GEMINI_BASE_URL',
    upstream: 'https://generativelanguage.googleapis.com',
    inside: '',
    shape: 'google',
    vendor: 'google',
  },
  { key: 'COPILOT_PROVIDER_API_KEY', base: 'COPILOT_PROVIDER_BASE_URL', inside: '/v1', shape: 'chat' },
];

/** Agents that do not look at the variable: how they are told, `*` is the gateway; or why they cannot be. */
export interface ToldElsewhere {
  readonly variables?: Readonly<Record<string, string>>;
  /** The variable in which it looks for its key then. */
  readonly keyAs?: string;
  readonly cannot?: 'no-base-url';
}

/** By the name of the agent. */
export const toldElsewhere: Readonly<Record<string, ToldElsewhere>> = {
  // it looks at no variable for it, and takes a key without a log-in for a provider of its own only
  codex: {
    keyAs: 'OPENAI_API_KEY',
    variables: {
      CODEX_CONFIG: JSON.stringify({
        model_provider: 'troupe',
        model_providers: {
          troupe: { name: 'troupe', base_url: '*/v1', env_key: 'OPENAI_API_KEY', wire_api: 'responses' },
        },
      }),
    },
  },
  opencode: {
    variables: {
      OPENCODE_CONFIG_CONTENT: JSON.stringify({
        provider: {
          anthropic: { options: { baseURL: '*/v1' } },
          openai: { options: { baseURL: '*/v1' } },
          google: { options: { baseURL: '*/v1beta' } },
        },
      }),
    },
  },
  // its base URL stands in a file that names a model with it
  grok: { cannot: 'no-base-url' },
};
