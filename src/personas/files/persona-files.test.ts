import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadPersonas, parsePersona, personaOf } from '../index.ts';
import type { PersonaFiles } from './load-personas.ts';

const builtInDir = join(import.meta.dirname, '../../../personas');

function parse(text: string) {
  return parsePersona({ id: 'reviewer', path: '.github/troupe/personas/reviewer.md', text });
}

function filesOf(texts: Record<string, string>): PersonaFiles & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    list(under) {
      calls.push(`list ${under}`);
      return Promise.resolve(
        Object.keys(texts)
          .filter((path) => path.startsWith(`${under}/`))
          .map((path) => ({ path })),
      );
    },
    read(path) {
      calls.push(`read ${path}`);
      const text = texts[path];
      return Promise.resolve(text === undefined ? undefined : { text });
    },
  };
}

test('every key of a persona file has its effect', () => {
  const parsed = parse(`---
name: Strict reviewer
description: Reviews
tools: [read, Bash, write]
model: claude-sonnet-5
x-troupe:
  provider: claude-code
  strategy: immediate
  timeout: 20m
  max_cost_usd: 1.5
  retries: 1
  sandbox: fs
  skills: [security-checklist]
  expect: [outputs, comment]
  outputs: { type: object, required: [risk] }
  profiles: { strict: { model: claude-opus-5, append: "Reject anything untested." } }
---
You are strict.
`);
  expect(parsed.findings).toEqual([]);
  expect(parsed.ok && { ...parsed.persona, digest: parsed.persona.digest.length }).toEqual({
    id: 'reviewer',
    name: 'Strict reviewer',
    description: 'Reviews',
    tools: ['read', 'edit', 'execute'],
    model: 'claude-sonnet-5',
    provider: 'claude-code',
    strategy: 'immediate',
    timeoutMs: 1_200_000,
    maxCostUsd: 1.5,
    retries: 1,
    sandbox: 'fs',
    skills: ['security-checklist'],
    expect: ['outputs', 'comment'],
    outputs: { type: 'object', required: ['risk'] },
    profiles: { strict: { model: 'claude-opus-5', append: 'Reject anything untested.' } },
    prompt: 'You are strict.',
    source: '.github/troupe/personas/reviewer.md',
    digest: 64,
  });
});

test("another tool's agent file works as it is", () => {
  const parsed = parse(`---
name: readme-specialist
description: Writes READMEs
tools: Read, Grep, Bash(git diff:*), mcp/anything, todo
target: github-copilot
model: inherit
color: blue
mcp-servers: { custom: { type: local } }
---
Write READMEs.`);
  expect(parsed).toMatchObject({
    ok: true,
    findings: [{ severity: 'warning', code: 'persona/lost-tool', line: 4 }],
    persona: { tools: ['read', 'search', 'execute'], limits: ['Bash(git diff:*)'], prompt: 'Write READMEs.' },
  });
  expect(parsed.ok && 'model' in parsed.persona).toBe(false);
  expect(parse('Just a prompt.')).toMatchObject({
    ok: true,
    persona: { tools: ['read', 'search', 'edit', 'execute', 'web'] },
  });
});

test.each([
  ['an unknown key of ours', 'x-troupe:\n  timout: 5m', 'persona/unknown-key', 3, 'Did you mean "timeout"?'],
  ['a wrong word', 'x-troupe:\n  sandbox: bubble', 'persona/schema', 3, undefined],
  ['a duration nobody can read', 'x-troupe:\n  timeout: soon', 'persona/schema', 3, undefined],
  ['a duration that leaves no time', 'x-troupe:\n  timeout: 0s', 'persona/schema', 3, undefined],
  ['a duration of years', 'x-troupe:\n  timeout: 1000d', 'persona/schema', 3, undefined],
  ['outputs that are no schema', 'x-troupe:\n  outputs: { type: 7 }', 'persona/outputs', 3, undefined],
  ['a tool with a slip', 'tools: [raed]', 'persona/unknown-tool', 2, 'Did you mean "read"?'],
  ['a key of ours in the wrong place', 'timeout: 5m', 'persona/misplaced-key', 2, 'Move "timeout" under "x-troupe"'],
  ['broken YAML', 'name: "open', 'persona/syntax', 2, 'Check quotes, colons and dashes here and on the line above.'],
  ['a key twice', 'name: a\nname: b', 'persona/syntax', 3, 'Keep one of the two.'],
])('%s is found with its line', (_what, front, ...[code, line, hint]) => {
  const { findings } = parse(`---\n${front}\n---\nPrompt.`);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({ code, line, file: '.github/troupe/personas/reviewer.md' });
  expect(findings[0]?.hint).toBe(hint);
});

test('a file without a role prompt is an error', () => {
  expect(parse('---\nname: x\n---\n')).toMatchObject({
    ok: false,
    findings: [{ code: 'persona/empty', severity: 'error' }],
  });
});

test('the repository’s personas come before the built-in ones, ours before other tools’', async () => {
  const files = filesOf({
    '.github/troupe/personas/code-reviewer.md': 'Ours.',
    '.github/agents/code-reviewer.agent.md': 'GitHub’s.',
    '.github/agents/helper.agent.md': '---\ntools: [read]\n---\nHelps.',
    '.claude/agents/helper.md': 'Claude’s.',
    '.claude/agents/README.md': 'About the agents.',
    '.claude/agents/nested/deep.md': 'Not looked at.',
  });
  const loaded = await loadPersonas(files, builtInDir);
  expect(loaded.findings).toEqual([]);
  expect(loaded.personas.get('code-reviewer')).toMatchObject({
    prompt: 'Ours.',
    source: '.github/troupe/personas/code-reviewer.md',
  });
  expect(loaded.personas.get('helper')).toMatchObject({ prompt: 'Helps.', source: '.github/agents/helper.agent.md' });
  expect(loaded.known.get('helper')).toEqual({ edits: false });
  expect(loaded.known.has('deep')).toBe(false);
  expect(loaded.personas.get('qa-engineer')?.source).toBe('built-in');
  expect(files.calls.filter((call) => call.startsWith('list'))).toHaveLength(3);
  expect(files.calls.filter((call) => call.startsWith('read'))).toHaveLength(4);
});

test('two files with one id in one place are an error, a broken file is not replaced by another one', async () => {
  const loaded = await loadPersonas(
    filesOf({
      '.github/troupe/personas/a.md': 'One.',
      '.github/troupe/personas/a.agent.md': 'Two.',
      '.github/troupe/personas/triager.md': '---\nx-troupe: { speed: 9 }\n---\nBroken.',
      '.claude/agents/b.md': '---\nx-troupe: { speed: 9 }\n---\nBroken.',
    }),
    builtInDir,
  );
  expect(loaded.findings.map(({ severity, code, file }) => `${severity} ${code} ${file}`)).toEqual([
    'error persona/duplicate .github/troupe/personas/a.agent.md',
    'error persona/unknown-key .github/troupe/personas/triager.md',
    'warning persona/unknown-key .claude/agents/b.md',
  ]);
  expect(loaded.known.has('triager')).toBe(false);
  expect(loaded.known.has('b')).toBe(false);
  expect(loaded.known.has('a')).toBe(false);
  expect([...loaded.unusable]).toEqual([
    ['a', '.github/troupe/personas/a.agent.md'],
    ['triager', '.github/troupe/personas/triager.md'],
    ['b', '.claude/agents/b.md'],
  ]);
});

test('files of chat modes and files in capitals are found, and a file without text hides the built-in persona', async () => {
  const files = filesOf({
    '.github/agents/planner.chatmode.md': '---\ntools: [codebase]\n---\nPlans.',
    '.github/agents/Checker.MD': '---\ntools: [read]\n---\nChecks.',
    '.github/agents/triager.md': 'gone',
  });
  const read = (path: string) => (path.endsWith('triager.md') ? Promise.resolve(undefined) : files.read(path));
  const loaded = await loadPersonas({ ...files, read }, builtInDir);
  expect(loaded.personas.get('planner')?.tools).toEqual(['search']);
  expect(loaded.personas.get('Checker')?.tools).toEqual(['read']);
  expect(loaded.known.has('triager')).toBe(false);
  expect(loaded.findings).toMatchObject([{ code: 'persona/unreadable', file: '.github/agents/triager.md' }]);
});

test('what is not looked at when a built-in persona is read is right in all of them', () => {
  const names = readdirSync(builtInDir).filter((name) => name.endsWith('.md'));
  const found = names.map((name) =>
    parsePersona({ id: 'x', path: name, text: readFileSync(join(builtInDir, name), 'utf8') }),
  );
  expect(found.flatMap(({ findings }) => findings)).toEqual([]);
  expect(found.filter((one) => one.ok && one.persona.outputs !== undefined).length).toBeGreaterThan(5);
});

test('all built-in personas are whole, and a run keeps its own copy of them', async () => {
  const loaded = await loadPersonas(undefined, builtInDir);
  expect([...loaded.known].map(([id, { edits }]) => `${id}${edits ? ' edits' : ''}`)).toEqual([
    'code-reviewer',
    'documentation-writer edits',
    'hotfix-specialist edits',
    'implementation-planner',
    'lead-engineer edits',
    'performance-reviewer edits',
    'plan-evaluator',
    'qa-engineer edits',
    'repairer edits',
    'security-reviewer',
    'triager',
  ]);
  for (const persona of loaded.personas.values()) {
    expect(persona.description).not.toBe('');
    expect(persona.prompt.length).toBeGreaterThan(800);
  }
  expect(loaded.personas.get('qa-engineer')?.expect).toEqual(['tests']);
  const copy = loaded.copyOf(['qa-engineer', 'nobody']);
  expect(personaOf(copy, 'qa-engineer')).toEqual(loaded.personas.get('qa-engineer'));
  expect(personaOf(copy, 'nobody')).toBeUndefined();
  expect(personaOf(copy, 'constructor')).toBeUndefined();
});
