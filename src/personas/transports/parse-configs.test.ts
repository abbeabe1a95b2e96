import { expect, test } from 'vitest';
import { servicesWith } from '../../../test/support/provider-services.ts';
import { createProviders, deriveStrategy, filesNamed, parseProviderConfigs, transports } from '../index.ts';
import type { Strategy } from '../index.ts';

/** Those that sentences here name: others may come to the list. */
const three = transports.filter(({ name }) => ['shell', 'scripted', 'assisted'].includes(name));

function parse(section: Parameters<typeof parseProviderConfigs>[0]) {
  return parseProviderConfigs(section, { baseDir: '/etc/troupe', transports: three });
}

test('the providers of a server file, with paths against the file', () => {
  const { configs, problems, unusable } = parse({
    tests: {
      transport: 'shell',
      command: ['node', './persona.mjs', '--fast'],
      timeout: 60,
      env: ['API_KEY'],
      readable: ['./lib'],
    },
    rehearsal: { transport: 'scripted', answers: './answers.yml' },
    'claude-code': { preset: 'claude-code', env: ['ANTHROPIC_API_KEY'] },
  });
  expect(problems).toEqual([]);
  expect(configs).toEqual([
    {
      name: 'tests',
      transport: 'shell',
      env: ['API_KEY'],
      timeoutMs: 60_000,
      options: { command: ['node', '/etc/troupe/persona.mjs', '--fast'], readable: ['/etc/troupe/lib'] },
    },
    { name: 'rehearsal', transport: 'scripted', env: [], options: { answers: '/etc/troupe/answers.yml' } },
  ]);
  expect([...unusable.keys()]).toEqual(['claude-code']);
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
    h: { transport: 'shell', comand: ['x'], timeout: 'soon' },
    hh: { transport: 'shell', command: ['x'], timeout: 0 },
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
    'e names GitHub Models, which ended in July 2026 — Use one of: claude-code, codex, gemini, copilot, grok, opencode, qwen-code, openai, anthropic, google, xai, openai-compatible',
    'f names neither a `transport` nor a `preset` — Use one of: shell, scripted, assisted',
    'g must be a map with a `transport` or a `preset`',
    'h needs `command` for the transport shell',
    'h has the unknown key "comand" — Did you mean "command"?',
    'h `timeout` is no duration: "soon"',
    'hh `timeout` must be > 0',
    'i has the preset openai, which goes with the transport llm',
  ]);
});

test('a transport of a later version is known, and says that it is not there', () => {
  const { configs, problems, unusable } = parse({ 'claude-code': { preset: 'claude-code' } });
  expect([configs, problems]).toEqual([[], []]);
  expect([...unusable]).toEqual([
    [
      'claude-code',
      {
        severity: 'error',
        message: 'Provider "claude-code" uses the transport acp, which comes with a later version of Troupe',
        hint: 'This version runs the transports shell, scripted and assisted: `{ transport: shell, command: [my-agent, --print] }`',
      },
    ],
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

test('a strategy that the transport cannot do is a mistake of the file, and refused when providers are made', () => {
  const { problems } = parse({ p: { transport: 'shell', command: ['x'], strategy: 'poll' } });
  expect(problems).toMatchObject([{ path: ['p', 'strategy'], message: '`strategy` must be one of immediate' }]);
  const config = { name: 'p', transport: 'shell', env: [], strategy: 'poll' as const, options: { command: ['x'] } };
  expect(() => createProviders([config], servicesWith(), transports)).toThrow('cannot answer by poll');
});

test('every mistake of an entry says where it stands', () => {
  const { problems } = parse({
    p: { transport: 'shell', command: ['x', 7], 'rea/dable': [], timeout: [], env: ['A B'] },
  });
  expect(problems.map(({ path, ofKey = false, message }) => [path.join(' '), ofKey, message])).toEqual([
    ['p rea/dable', true, 'has the unknown key "rea/dable"'],
    ['p command 1', false, '`command.1` must be string'],
    ['p env 0', false, '`env.0` must match pattern "^[A-Za-z_][A-Za-z0-9_]*$"'],
    ['p timeout', false, '`timeout` must be number,string'],
  ]);
});

test('files that the entries name are known without reading any: those against the file itself', () => {
  const section = {
    tests: { transport: 'shell', command: ['tools/agent', './persona.mjs', 'src/x', '/opt/y'], readable: ['./lib'] },
    rehearsal: { transport: 'scripted', answers: 'answers.yml' },
    broken: { transport: 'shell', comand: ['./z'] },
  };
  expect(filesNamed(section, transports)).toEqual(['tools/agent', './persona.mjs', 'answers.yml']);
});
