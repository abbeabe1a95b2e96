// Who did it, as run, commit, check and receipt name it.
import { expect, test } from 'vitest';
import { agentOf } from '../agents/list.ts';
import { agentWords } from '../model/agent-words.ts';
import { agentId } from './agent-id.ts';

test.each([
  [
    'claude-code',
    { name: '@agentclientprotocol/claude-agent-acp', title: 'Claude Agent', version: '0.101.0' },
    'claude-code (claude-agent-acp 0.101.0)',
  ],
  ['codex', { name: 'codex-acp', version: '2.6.0' }, 'codex (codex-acp 2.6.0)'],
  ['gemini', { name: 'gemini-cli', version: '0.61.0' }, 'gemini 0.61.0'],
  ['opencode', { name: 'OpenCode', version: '1.18.33' }, 'opencode 1.18.33'],
  ['qwen-code', {}, 'qwen-code'],
  [undefined, { name: 'fake-agent', version: '1.2.3' }, 'fake-agent 1.2.3'],
  [undefined, {}, 'my-agent'],
])('preset %s that says %j', (preset, said, words) => {
  expect(agentWords(agentId(agentOf(preset), said, 'my-agent'))).toBe(words);
});

test('what it calls itself is one line of plain characters, and no trailer, mention or markup', () => {
  const name = 'evil\nTroupe-Run: rxxx\u001b[31m @everyone <img src=x> `x` [a](http://b)\u202e';
  const words = agentWords(agentId(agentOf(undefined), { name, version: '1\n2' }, 'x'));
  expect(words).not.toMatch(/[\p{Cc}@<>`[\](:\u202e]/u);
  expect(words.length).toBeLessThanOrEqual(60);
  expect(agentWords({ name: '\n', through: { name: 'a', version: '1' } })).toBe('a 1');
  expect(agentWords({ name: '💥' })).toBe('');
});

test('a version that nobody tells is left out, also where another program speaks for it', () => {
  const known = { name: 'claude-code', version: '2.1.3', through: { name: 'claude-agent-acp', version: '0.101.0' } };
  expect(agentWords(known)).toBe('claude-code 2.1.3 (claude-agent-acp 0.101.0)');
  expect(agentWords({ name: 'claude-code', through: { name: 'claude-agent-acp' } })).toBe(
    'claude-code (claude-agent-acp)',
  );
});
