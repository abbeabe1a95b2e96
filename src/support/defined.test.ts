import { expect, test } from 'vitest';
import { defined } from './defined.ts';

test('what is undefined has no key, and everything else keeps its own', () => {
  const nothing: string | undefined = undefined;
  expect(Object.keys(defined({ a: nothing, b: null, c: 0, d: '' }))).toEqual(['b', 'c', 'd']);
});
