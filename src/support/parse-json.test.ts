import { expect, test } from 'vitest';
import { parseJson } from './parse-json.ts';

function refusal(text: string): string {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
  return 'read';
}

test.each([
  ['lists', '[', ']'],
  ['objects', '{"a":', '}'],
])('%s in each other are read 200 levels deep, and refused in words below that', (_, open, close) => {
  const deep = (levels: number): string => `${open.repeat(levels)}1${close.repeat(levels)}`;
  expect(refusal(deep(200))).toBe('read');
  for (const levels of [201, 5_000, 100_000])
    expect(refusal(deep(levels))).toBe('it is nested more than 200 levels deep');
  // also where nothing closes
  expect(refusal(open.repeat(100_000))).toBe('it is nested more than 200 levels deep');
});

test('brackets inside texts open nothing', () => {
  expect(parseJson(JSON.stringify({ a: `\\"${'['.repeat(5_000)}`, b: '{'.repeat(300) }))).toEqual({
    a: `\\"${'['.repeat(5_000)}`,
    b: '{'.repeat(300),
  });
});

test.each([
  ['{"__proto__":{"admin":true}}', '__proto__'],
  [String.raw`{"\u005f_proto__":1}`, '__proto__'],
  [String.raw`{"\u005f\u005f\u0070\u0072\u006f\u0074\u006f__":1}`, '__proto__'],
  ['{"a":[{"b":[1,{"__proto__":null}]}]}', '__proto__'],
  ['{"constructor":{"prototype":{"admin":true}}}', 'constructor.prototype'],
])('a key that would reach a prototype is refused in words: %s', (text, key) => {
  expect(refusal(text)).toBe(`it has the key "${key}", which no data may have`);
});

test('what only looks like such a key is data', () => {
  for (const value of [{ a: '__proto__' }, { constructor: 'a builder' }, { prototype: 1 }, ['constructor.prototype']])
    expect(parseJson(JSON.stringify(value))).toEqual(value);
});

test('text that is no JSON is refused as the language says it', () => {
  for (const text of ['', 'nope', '{', '"open', String.raw`"a\ `, ']]]]'])
    expect(() => parseJson(text)).toThrow(SyntaxError);
});
