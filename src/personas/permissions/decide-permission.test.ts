// Every class of tool against every set of tools that a persona may have.
import { expect, test } from 'vitest';
import { allTools } from '../files/tool-words.ts';
import { rightsOf } from '../model/tool-rights.ts';
import type { PersonaTool } from '../model/types.ts';
import { decidePermission } from './decide-permission.ts';

function allowed(tools: readonly PersonaTool[], hasTree = true): string {
  const rights = rightsOf(tools);
  return allTools.filter((tool) => decidePermission({ tool, rights, hasTree }).answer === 'allow_once').join(' ');
}

test.each<[tools: PersonaTool[], allowed: string]>([
  [[], ''],
  [['read'], 'read search'],
  [['search'], 'read search'],
  [['edit'], 'read search edit'],
  [['execute'], 'read search execute'],
  [['web'], 'web'],
  [['read', 'edit'], 'read search edit'],
  [['read', 'web'], 'read search web'],
  [['edit', 'execute'], 'read search edit execute'],
  [['read', 'search', 'edit', 'execute', 'web'], 'read search edit execute web'],
])('a persona with %j is allowed: %s', (tools, expected) => {
  expect(allowed(tools)).toBe(expected);
});

test('without a worktree only the web is left', () => {
  expect(allowed(allTools, false)).toBe('web');
});

test.each(['other', 'think', 'switch_mode', 'delete', 'Edit', '', 'constructor'])(
  'a tool of the class %j is refused, whatever the persona has',
  (tool) => {
    expect(decidePermission({ tool, rights: rightsOf(allTools), hasTree: true })).toEqual({
      answer: 'reject_once',
      reason: `"${tool}" is no tool that Troupe knows`,
    });
  },
);

test.each(allTools)('%s with a place outside of the worktree is refused', (tool) => {
  const facts = { tool, rights: rightsOf(allTools), hasTree: true, outside: '/etc/passwd' };
  expect(decidePermission(facts)).toEqual({
    answer: 'reject_once',
    reason: '"/etc/passwd" is outside of the worktree',
  });
});
