import { expect, test } from 'vitest';
import { createProviders, deriveStrategy, parseProviderConfigs } from '../index.ts';
import type { Strategy } from '../index.ts';

function parse(section: Parameters<typeof parseProviderConfigs>[0]) {
  return parseProviderConfigs(section, { baseDir: '/etc/troupe' });
}

test('the providers of a server file, with paths against the file', () => {
  const { configs, problems } = parse({
    tests: {
      transport: 'shell',
      command: ['node', './persona.mjs', '--fast'],
      timeout: 60,
      env: ['API_KEY'],
      readable: ['./lib'],
    },
    rehearsal: { transport: 'scripted', answers: './answers.yml' },
    'claude-code': { preset: 'claude-code', env: ['ANTHROPIC_API_KEY'] },
    service: { transport: 'http', url: 'https://example.com/persona' },
  });
  expect(problems).toEqual([]);
  expect(configs).toEqual([
    {
      name: 'tests',
      transport: 'shell',
      command: ['node', '/etc/troupe/persona.mjs', '--fast'],
      env: ['API_KEY'],
      timeoutMs: 60_000,
      options: { readable: ['/etc/troupe/lib'] },
    },
    { name: 'rehearsal', transport: 'scripted', answers: '/etc/troupe/answers.yml', env: [], options: {} },
    { name: 'claude-code', transport: 'acp', preset: 'claude-code', env: ['ANTHROPIC_API_KEY'], options: {} },
    { name: 'service', transport: 'http', env: [], options: { url: 'https://example.com/persona' } },
  ]);
});

test('every mistake is named with what to write instead', () => {
  const { configs, problems } = parse({
    a: { transport: 'shel' },
    b: { transport: 'shell' },
    c: { transport: 'shell', command: ['x'], timout: 3 },
    d: { preset: 'claude-cod' },
    e: { preset: 'github-models' },
    f: {},
    g: 7,
    h: { transport: 'shell', command: ['x'], timeout: 'soon' },
    i: { preset: 'openai', transport: 'shell' },
  });
  expect(configs).toEqual([]);
  expect(
    problems.map(({ provider, message, hint }) => `${provider} ${message}${hint === undefined ? '' : ` — ${hint}`}`),
  ).toEqual([
    'a has the unknown transport "shel" — Did you mean "shell"?',
    'b needs `command` for the transport shell',
    'c has the unknown key "timout" — Did you mean "timeout"?',
    'd has the unknown preset "claude-cod" — Did you mean "claude-code"?',
    'e names GitHub Models, which ended in July 2026 — Use one of: claude-code, codex, gemini, copilot, grok, opencode, openai, anthropic, google, xai, openai-compatible',
    'f names neither a `transport` nor a `preset` — Use one of: shell, scripted, assisted',
    'g must be a map with a `transport` or a `preset`',
    'h `timeout` is no duration: "soon"',
    'i has the preset openai, which goes with the transport llm',
  ]);
});

test('a transport of a later version says so when it is checked', async () => {
  const { configs } = parse({ 'claude-code': { preset: 'claude-code' } });
  const provider = createProviders(configs, { secrets: {} }).get('claude-code');
  expect(await provider?.check({} as never)).toEqual([
    {
      severity: 'error',
      message: 'Provider "claude-code" uses the transport acp, which comes with a later version of Troupe',
      hint: 'This version runs the transports shell, scripted and assisted: `{ transport: shell, command: [my-agent, --print] }`',
    },
  ]);
});

test.each<[offered: Strategy[], wanted: Strategy | undefined, expected: string]>([
  [['immediate'], undefined, 'immediate'],
  [['poll'], undefined, 'poll'],
  [['poll', 'callback'], undefined, 'callback'],
  [['poll', 'callback'], 'poll', 'poll'],
  [['immediate'], 'poll', 'Provider "p" cannot answer by poll; it offers: immediate'],
  [[], undefined, 'Provider "p" offers no way to get an answer'],
])('a provider that offers %j and is asked for %s answers by %s', (offered, wanted, expected) => {
  function derive(): string {
    try {
      return deriveStrategy(wanted, { name: 'p', strategies: new Set(offered) });
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
  }
  expect(derive()).toBe(expected);
});

test('a strategy that the transport cannot do is refused when providers are made', () => {
  const { configs } = parse({ p: { transport: 'shell', command: ['x'], strategy: 'poll' } });
  expect(() => createProviders(configs, { secrets: {} })).toThrow('cannot answer by poll');
});
