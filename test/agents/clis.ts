// The agent programs that are played for real: where npm keeps each, and how it is led to a model on this machine. Data only.
import type { Json } from '../../src/support/index.ts';

/** One agent program. */
export interface Cli {
  /** The preset. */
  readonly name: string;
  /** The packages that install it, with their versions. */
  readonly packages: readonly string[];
  /** The program that has to be there. */
  readonly program: string;
  /** Where it hides what happened: what comes of a row of the matrix instead, and why. */
  readonly tells?: Readonly<Record<string, readonly string[]>>;
  /** What it runs of the configuration of a branch that is trusted, by the names of `planted.ts`. */
  readonly runs?: readonly string[];
  /** The entry of the server file and the secrets that lead it to the model. */
  at(url: string): Led;
  /** The same for the gateway, where an operator says it there in another way. */
  behind?(url: string): Led;
  /** Why it cannot work behind the gateway. */
  readonly cannotBehind?: string;
}

/** How an operator leads an agent to a model. */
export interface Led {
  readonly entry: Readonly<Record<string, Json>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** What nobody may see behind the gateway. */
export const key = 'sk-mock-key-for-tests';

/** Every preset of the product. */
export const clis: readonly Cli[] = [
  {
    name: 'claude-code',
    packages: ['@agentclientprotocol/claude-agent-acp@0.101.0'],
    program: 'claude-agent-acp',
    at: (url) => ({
      entry: { model: 'claude-sonnet-4-5' },
      secrets: { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: url },
    }),
  },
  {
    name: 'codex',
    packages: ['@agentclientprotocol/codex-acp@2.6.0'],
    program: 'codex-acp',
    // it waits as long as it is told, and for a network that is not there
    tells: { '429, retry-after': ['timeout'], 'endpoint down': ['timeout'] },
    runs: ['codex-mcp', 'codex-hook', 'codex-notify'],
    at: (url) => ({
      entry: { settings: [`CODEX_CONFIG=${JSON.stringify({ model: 'gpt-5.4' })}`] },
      secrets: { OPENAI_API_KEY: key, OPENAI_BASE_URL: `${url}/v1` },
    }),
  },
  {
    name: 'gemini',
    packages: ['@google/gemini-cli@0.61.0'],
    program: 'gemini',
    at: (url) => ({
      entry: { model: 'gemini-2.5-flash' },
      secrets: { GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: url },
    }),
  },
  {
    name: 'opencode',
    packages: ['opencode-ai@1.18.33'],
    program: 'opencode',
    runs: ['opencode-plugin'],
    tells: { '429, retry-after': ['timeout'] },
    at: (url) => ({
      entry: {
        settings: [
          `OPENCODE_CONFIG_CONTENT=${JSON.stringify({
            model: 'mock/m1',
            small_model: 'mock/m1',
            provider: {
              mock: {
                npm: '@ai-sdk/openai-compatible',
                options: { baseURL: `${url}/v1`, apiKey: key },
                models: { m1: {} },
              },
            },
          })}`,
        ],
      },
      secrets: {},
    }),
    behind: (url) => ({
      entry: {
        settings: [
          `OPENCODE_CONFIG_CONTENT=${JSON.stringify({
            model: 'anthropic/claude-sonnet-4-5',
            small_model: 'anthropic/claude-haiku-4-5',
          })}`,
          // its preset names keys alone
          `ANTHROPIC_BASE_URL=${url}`,
        ],
      },
      secrets: { ANTHROPIC_API_KEY: key },
    }),
  },
  {
    name: 'qwen-code',
    packages: ['@qwen-code/qwen-code@0.24.4'],
    program: 'qwen',
    // it tries for minutes at a limit, whatever its settings say
    tells: { 'empty answer': ['transient'], '429': ['timeout'], '429, retry-after': ['timeout'] },
    runs: ['qwen-hook'],
    at: (url) => ({
      entry: { model: 'qwen3-coder-plus' },
      secrets: { OPENAI_API_KEY: key, OPENAI_BASE_URL: `${url}/v1` },
    }),
  },
  {
    name: 'copilot',
    packages: ['@github/copilot@1.0.102'],
    program: 'copilot',
    tells: { '429, retry-after': ['timeout'] },
    runs: ['github-hook'],
    at: (url) => ({
      entry: { model: 'claude-sonnet-4.5' },
      secrets: {
        COPILOT_PROVIDER_API_KEY: key,
        COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
        COPILOT_PROVIDER_TYPE: 'openai',
        COPILOT_OFFLINE: 'true',
      },
    }),
  },
  {
    name: 'grok',
    packages: ['@xai-official/grok@1.0.41'],
    program: 'grok',
    tells: { 'empty answer': ['transient'] },
    cannotBehind: 'no: the gateway holds no key of xAI',
    at: (url) => ({
      entry: { model: 'gpt-4o', settings: [`GROK_MODELS_BASE_URL=${url}/v1`] },
      secrets: { XAI_API_KEY: key },
    }),
  },
];
