import { describe, expect, test } from 'vitest';
import { ask, check, context, file, lines, workflow } from './testing.ts';

describe('conditions that ask how the run stands', () => {
  test('a constant false switches a step off and is no finding, as a word or as a text', () => {
    for (const off of ['false', '"false"', '"!true"']) {
      const text = file(ask('a'), ask('b', `dependencies: [a], condition: ${off}`), ask('c', 'dependencies: [b]'));
      expect(lines(text)).toEqual([]);
      expect(workflow(text).steps[1]?.condition).toBe(off.replaceAll('"', ''));
    }
  });

  test('a step that asks may wait for steps that exclude each other', () => {
    const text = file(
      ask('a', 'condition: "task.number === 1"'),
      ask('b', 'condition: "task.number !== 1"'),
      ask('c', 'dependencies: [a, b], condition: "!cancelled()"'),
    );
    expect(lines(text)).toEqual([]);
  });

  test('a step without anything before it has nothing to ask about', () => {
    expect(lines(file(ask('a', 'condition: failure()'), ask('b', 'condition: "always() || cancelled()"'))))
      .toMatchInlineSnapshot(`
      [
        "2:70 «failure() }» warning structure/nothing-before: \`a\` starts at once, when nothing has failed yet: its condition never holds → Name the steps that it is about under \`dependencies:\`.",
      ]
    `);
  });

  test('a merge does not run after a failure, neither by its own condition nor by one around it', () => {
    const known = { ...context, allowAutoMerge: true };
    const merge = (rest: string): string => `{ id: m, type: git-operation, operation: merge-pull-request${rest} }`;
    const found = (...steps: readonly string[]): readonly string[] =>
      check(file(ask('a'), ...steps), known).map(({ code }) => code);
    const code = 'security/merge-after-failure';
    for (const condition of ['always()', '!cancelled()', 'failure()', 'success() || task.number > 1'])
      expect(found(`  - ${merge(`, dependencies: [a], condition: "${condition}"`)}`)).toEqual([code]);
    for (const condition of ['success()', '!failure()', 'task.number > 1', 'always() && success()'])
      expect(found(`  - ${merge(`, dependencies: [a], condition: "${condition}"`)}`)).toEqual([]);
    expect(
      found(`  - { id: p, type: parallel, dependencies: [a], condition: always(), steps: [${merge('')}] }`),
    ).toEqual([code]);
    expect(
      found(`  - { id: c, type: conditional, dependencies: [a], condition: success(), else_steps: [${merge('')}] }`),
    ).toEqual([code]);
  });
});
