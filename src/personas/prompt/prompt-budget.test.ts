// How a prompt that is too large is cut: the largest first, the oldest comments first, and never what the work stands on.
import { expect, test } from 'vitest';
import { promptOf } from '../../../test/support/prompt-of.ts';
import { promptBudget } from './prompt-budget.ts';

const long = (what: string, lines: number): string =>
  Array.from({ length: lines }, (_, index) => `${what} ${index}`).join('\n');

test('role, title, last error and result contract are never cut, whatever else there is', () => {
  const { text, cut, uncut } = promptOf({
    title: 'The sum is wrong',
    body: long('body', 20_000),
    lastError: 'No status.',
    upstream: [{ name: 'Planning', result: { outputs: { plan: long('plan', 20_000) } } }],
    skills: [{ id: 'tdd', text: long('skill', 5_000) }],
    agentsMd: long('notes', 5_000),
    outputSchemas: [{ type: 'object', required: ['risk'] }],
    maxBytes: 12_000,
  });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(12_000);
  for (const words of [
    'You test.',
    'The sum is wrong',
    'No status.',
    '"required": [',
    'Hand in exactly one JSON object',
  ])
    expect(text).toContain(words);
  expect(cut.map((line) => line.split(':')[0])).toEqual([
    'task body',
    'upstream result of Planning',
    'skill tdd',
    'AGENTS.md',
  ]);
  // whoever reads the prompt is told, and the whole of it is there to be kept
  for (const line of cut) expect(text).toContain(line);
  expect(uncut).toContain('body 19999');
  expect(uncut).toContain('notes 4999');
  expect(uncut).not.toContain('were cut to fit');
});

test('of a long conversation the oldest comments go first, and the newest is never gone', () => {
  const thread = Array.from({ length: 60 }, (_, index) => ({
    author: 'alice',
    mayWrite: true,
    body: long(`c${index}`, 60),
  }));
  const { text, cut } = promptOf({ thread, maxBytes: 15_000 });
  expect(cut).toEqual([expect.stringMatching(/^comments: the newest \d+ of 60 kept$/)]);
  expect(text).toContain('c59 59');
  expect(text).not.toContain('c0 0');
  const kept = [...text.matchAll(/^c(\d+) 0$/gm)].map(([, number]) => Number(number));
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => 60 - kept.length + index));
  const one = promptOf({
    thread: [{ author: 'alice', body: long('only', 700) }],
    body: long('b', 5_000),
    maxBytes: 9_000,
  });
  expect(one.text).toContain('only 0');
});

test('from four fifths on people are told, before anything is cut', () => {
  const body = long('body', 700);
  const whole = Buffer.byteLength(promptOf({ body }).text);
  expect(promptOf({ body, maxBytes: whole * 2 })).toMatchObject({ cut: [] });
  expect(promptOf({ body, maxBytes: whole * 2 }).nearly).toBe(undefined);
  expect(promptOf({ body, maxBytes: Math.ceil(whole * 1.2) })).toMatchObject({
    cut: [],
    nearly: Math.ceil(whole * 1.2),
  });
});

test('a prompt has the size that its model has room for', () => {
  expect(promptBudget(undefined)).toBe(200_000);
  expect(promptBudget('claude-sonnet-5')).toBe(240_000);
  expect(promptBudget('anthropic/claude-opus-5')).toBe(240_000);
  expect(promptBudget('gemini-3.5-flash')).toBe(480_000);
  expect(promptBudget('llama3.1:8b')).toBe(38_400);
  const patch = long('+line', 20_000);
  const workspace = { mayEdit: false, changed: [], patch };
  expect(promptOf({ workspace, model: 'llama3.1:8b' }).cut).toHaveLength(1);
  expect(promptOf({ workspace, model: 'gemini-3.5-flash' }).cut).toEqual([]);
});

test('the sizes of the sections are those of the text', () => {
  const { sections } = promptOf({ body: long('body', 9_000), maxBytes: 20_000 });
  expect(sections.map(({ label }) => label)).toEqual(['role', 'step', 'task', 'task body', 'result']);
  const body = sections.find(({ label }) => label === 'task body');
  expect(body?.of).toBe(Buffer.byteLength(long('body', 9_000)));
  expect(body?.bytes).toBeLessThan(20_000);
});
