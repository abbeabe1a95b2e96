import { expect, test } from 'vitest';
import { readYaml } from './index.ts';

test.each(['[', ']', '{', '}', '"', '] ', 'a]'])('64 KB of `%s` are refused with a sentence and at once', (marks) => {
  const { problems } = readYaml(marks.repeat(65_536 / marks.length));
  expect(problems).not.toEqual([]);
});

test('quotes and brackets that people write are read', () => {
  const { value, problems } = readYaml(`a: ["", {b: "]"}]\nc: 'x"""y'\n`);
  expect(problems).toEqual([]);
  expect(value).toEqual({ a: ['', { b: ']' }], c: 'x"""y' });
});
