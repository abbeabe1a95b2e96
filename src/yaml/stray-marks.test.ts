import { expect, test } from 'vitest';
import { readYaml } from './index.ts';

test.each(['[', ']', '{', '}', '"', '] ', 'a]', '*a ', '*a\n', ' *a #\n', '}[', ']{', '[}', '} {', '[]', '{}\n'])(
  '64 KB of `%s` are refused with a sentence and at once',
  (marks) => {
    const { problems } = readYaml(marks.repeat(65_536 / marks.length));
    expect(problems).not.toEqual([]);
  },
);

test('aliases one behind the other are refused for what they are, at the first that is too many', () => {
  expect(readYaml('*a '.repeat(20_000)).problems).toEqual([
    expect.objectContaining({
      code: 'syntax/too-deep',
      line: 1,
      column: 304,
      message: 'The file is full of brackets, quotes or aliases that belong to nothing',
    }),
  ]);
});

test('aliases and words in bold are read', () => {
  const list = Array.from({ length: 300 }, () => '  - *one').join('\n');
  const text = `a: &one 1\nb:\n${list}\nc: |\n  ${'**bold** *words* '.repeat(300)}\n`;
  expect(readYaml(text).problems).toEqual([]);
});

test('quotes and brackets that people write are read', () => {
  const { value, problems } = readYaml(`a: ["", {b: "]"}]\nc: 'x"""y'\n`);
  expect(problems).toEqual([]);
  expect(value).toEqual({ a: ['', { b: ']' }], c: 'x"""y' });
});
