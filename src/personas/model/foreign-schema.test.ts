import { expect, test } from 'vitest';
import { compileForeign } from './foreign-schema.ts';

const level = (values: readonly string[], id: string) => ({
  $id: id,
  type: 'object',
  properties: { level: { enum: values } },
});

test('a schema is compiled once', () => {
  const schema = level(['low', 'high'], 'https://example.test/once');
  expect(compileForeign({ ...schema })).toBe(compileForeign({ ...schema }));
});

test('two repositories may use one name for different things', () => {
  const one = compileForeign(level(['low'], 'https://example.test/level'));
  const other = compileForeign(level(['high'], 'https://example.test/level'));
  expect([one({ level: 'low' }), one({ level: 'high' })]).toEqual([true, false]);
  expect([other({ level: 'low' }), other({ level: 'high' })]).toEqual([false, true]);
});

test('with more schemas than are kept each still checks its own', () => {
  for (let count = 0; count < 450; count += 1) {
    const check = compileForeign({ type: 'object', properties: { n: { const: count } } });
    expect([check({ n: count }), check({ n: count + 1 })]).toEqual([true, false]);
  }
});

test('what is no schema is told in the words of the compiler, each time', () => {
  for (const _ of [1, 2]) expect(() => compileForeign({ type: 'wrong' })).toThrow(/type/);
});
