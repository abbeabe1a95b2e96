// Vendors' names as data: which transport each preset goes with. The only place that knows them.

/** Preset → transport. */
export const presets: Readonly<Record<string, string>> = {
  'claude-code': 'acp',
  codex: 'acp',
  gemini: 'acp',
  copilot: 'acp',
  grok: 'acp',
  opencode: 'acp',
  openai: 'llm',
  anthropic: 'llm',
  google: 'llm',
  xai: 'llm',
  'openai-compatible': 'llm',
};

/** A service that is no more. */
export function isGithubModels(name: string): boolean {
  return /^github[-_ ]?models$/i.test(name);
}
