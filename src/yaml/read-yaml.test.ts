import { describe, expect, test } from 'vitest';
import { ask, check, file, lines, workflow } from '../definition/check/testing.ts';
import { processorMs } from '../../test/support/patience.ts';
import { readYaml } from './read-yaml.ts';

describe('a file that is not YAML', () => {
  test('bad indentation', () => {
    expect(lines('steps:\n  - id: a\n   type: persona-request\n')).toMatchInlineSnapshot(`
      [
        "3:1 «   type: per» syntax/yaml: Sequence item without - indicator → Check quotes, colons and dashes here and on the line above.",
      ]
    `);
  });

  test('a tab', () => {
    expect(lines('steps:\n\t- id: a\n')[0]).toBe(
      '2:1 «\t- id: a» syntax/yaml: Tabs are not allowed as indentation → Use spaces.',
    );
  });

  test('a template without quotes', () => {
    expect(lines(file(ask('a')) + 'variables:\n  t: {{task.title}}\n')).toMatchInlineSnapshot(`
      [
        "4:7 «{task.title}» syntax/key: A key must be a plain word → A value that starts with \`{{\` needs quotes around it.",
      ]
    `);
  });

  test('a duplicate key', () => {
    expect(lines('steps:\n  - id: a\n    type: persona-request\n    persona: qa-engineer\n    id: b\n'))
      .toMatchInlineSnapshot(`
      [
        "5:5 «id: b» syntax/duplicate-key: The key \`id\` is there twice (first on line 2) → Keep one of the two.",
      ]
    `);
  });

  test('a tag', () => {
    expect(lines(file(ask('a')) + 'name: !!js/function x\n')).toMatchInlineSnapshot(`
      [
        "3:7 «!!js/functio» syntax/tag: The tag \`!!js/function\` is not allowed → Take the tag away; put quotes around text.",
      ]
    `);
  });

  test('two documents', () => {
    expect(lines(`${file(ask('a'))}---\n${file(ask('b'))}`)).toMatchInlineSnapshot(`
      [
        "4:1 «steps:» syntax/multiple-documents: The file holds more than one YAML document → Give each workflow a file of its own.",
      ]
    `);
  });

  test.each(['', '# nothing\n', '---\n'])('an empty file: %j', (text) => {
    expect(lines(text).join()).toContain('1:1 «');
    expect(lines(text).join()).toContain('syntax/empty: The file is empty → A workflow has at least `steps:`.');
  });

  test('a list instead of keys', () => {
    expect(lines('- a\n')).toMatchInlineSnapshot(`
      [
        "1:1 «- a» schema/wrong-type: A workflow file holds keys and values → Start with \`name:\` and \`steps:\`.",
      ]
    `);
  });

  test('a file of 257 KB', () => {
    expect(lines(`# ${'x'.repeat(257 * 1024)}\n${file(ask('a'))}`)).toMatchInlineSnapshot(`
      [
        "1:1 «# xxxxxxxxxx» syntax/too-large: The file has 258 KB; 256 KB are the most → Move long texts into persona files.",
      ]
    `);
  });

  test('an alias bomb, at once', () => {
    const levels = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const bomb = levels.map((name, index) => {
      const inner = `*${index === 0 ? 'a' : levels[index - 1]}`;
      return `${name}: &${name} [${Array.from({ length: 10 }, () => inner).join(', ')}]`;
    });
    const before = process.cpuUsage();
    expect(lines(['a: &a [x, x, x, x, x, x, x, x, x, x]', ...bomb, 'steps: *i', ''].join('\n'))).toMatchInlineSnapshot(`
      [
        "5:8 «*d, *d, *d, » syntax/alias-bomb: The file stands for more than 20000 values → Write less by alias.",
      ]
    `);
    expect(processorMs(before)).toBeLessThan(1_000);
  });

  test.each([
    ['steps: &s\n  - *s\n', 'syntax/alias: The alias `*s` stands inside its own anchor'],
    ['steps: *s\n', 'syntax/alias: The alias `*s` has no anchor before it'],
  ])('an alias that leads nowhere: %j', (text, line) => {
    expect(lines(text).join('\n')).toContain(line);
  });

  test('an alias that leads somewhere is fine', () => {
    const text = `variables: { retry: &retry { a: 1 }, again: *retry }\n${file(ask('a'))}`;
    expect(workflow(text).variables).toEqual({ retry: { a: 1 }, again: { a: 1 } });
  });

  test('a deep file and a wide file end soon', () => {
    const before = process.cpuUsage();
    expect(check(`steps: ${'['.repeat(50_000)}`).length).toBeGreaterThan(0);
    expect(check(`steps: ${'['.repeat(60)}${']'.repeat(60)}`).map(({ code }) => code)).toEqual(['syntax/too-deep']);
    expect(check(Array.from({ length: 19_000 }, (_, index) => `k${index}: 1`).join('\n')).length).toBeGreaterThan(0);
    expect(check(`steps:\n${'  - { id: a, dependencies: [a] }\n'.repeat(4_000)}`).length).toBeGreaterThan(0);
    expect(processorMs(before)).toBeLessThan(6_000);
  });
});

test('a path that is not there leads to its nearest parent, whatever its keys hold', () => {
  const { positionOf } = readYaml('a:\n  b: 1\n');
  for (const path of ['a.b[0]', 'a.b.c', 'a.b[c', 'a.b.[x', `a.b${'.c'.repeat(100_000)}`])
    expect(positionOf(path, 'key'), path.slice(0, 20)).toEqual(positionOf('a.b', 'key'));
  for (const path of ['[', 'x[y', `${'['.repeat(100_000)}`])
    expect(positionOf(path, 'key')).toEqual({ line: 1, column: 1 });
});
