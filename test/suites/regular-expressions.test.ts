// Every regular expression of src takes time in proportion to its text, or works on a text that was cut before.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { cutBefore, putTogether } from '../fixtures/expressions/reasons.ts';
import { expressionsOf, keyOf } from '../support/linear/expressions.ts';
import { readVerdicts } from '../support/linear/verdict-list.ts';
import { isLinear, verdictOf } from '../support/linear/verdict.ts';

const root = resolve(import.meta.dirname, '../..');
const { written, made } = expressionsOf(root);
const verdicts = readVerdicts();

test('every expression that is written out is linear, or its text is cut before', () => {
  expect(written.size).toBeGreaterThan(500);
  const superlinear = [...written.values()].flatMap((expression) => {
    const key = keyOf(expression);
    // what is new is judged now; `npm run expressions` keeps the verdict
    const verdict = verdicts.get(key) ?? verdictOf(expression);
    return isLinear(verdict) || cutBefore.has(key) ? [] : [`${expression.at}: ${key} is ${verdict}`];
  });
  expect(superlinear).toEqual([]);
});

test('no verdict and no reason is about an expression that is no more', () => {
  expect(
    [...verdicts.keys()].filter((key) => !written.has(key)),
    'npm run expressions',
  ).toEqual([]);
  expect([...cutBefore.keys()].filter((key) => !written.has(key) || isLinear(verdicts.get(key) ?? ''))).toEqual([]);
});

test('every expression that is put together says of what', () => {
  const places = new Set(made.map(({ file, call }) => `${file}: ${call}`));
  expect([...places].filter((place) => !putTogether.has(place))).toEqual([]);
  expect([...putTogether.keys()].filter((place) => !places.has(place))).toEqual([]);
});

test('what grows faster than its text is found', () => {
  for (const source of ['(a+)+$', ',[^;]*,[^;]*!', String.raw`\[[^\]]*\]\(`])
    expect(isLinear(verdictOf({ source, flags: '' })), source).toBe(false);
  expect(verdictOf({ source: '^a+b', flags: '' })).toBe('linear');
});

test('expressions are found wherever they stand', () => {
  const text = readFileSync(resolve(root, 'src/support/disarm.ts'), 'utf8');
  expect(text).toContain(String.raw`/@(?=[\w-])/g`);
  expect(written.has(String.raw`/@(?=[\w-])/g`)).toBe(true);
});
