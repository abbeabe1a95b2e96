import { expect, test } from 'vitest';
import { addDecimal, compareDecimal, decimalOf, dividedBy, excessOf } from './decimal.ts';

test('ten times ten cents are a dollar', () => {
  expect(Array.from({ length: 10 }).reduce((sum: string) => addDecimal(sum, '0.1'), '0')).toBe('1');
  expect(addDecimal('0.000000000001', '2')).toBe('2.000000000001');
});

test('differences are never below nothing', () => {
  expect(excessOf('0.0099', '0.0066')).toBe('0.0033');
  expect(excessOf('0.1', '0.3')).toBe('0');
});

test('amounts compare as amounts, not as text', () => {
  expect(['10', '9.5', '0.77', '0.770'].toSorted(compareDecimal)).toEqual(['0.77', '0.770', '9.5', '10']);
  expect(compareDecimal('0.30', '0.3')).toBe(0);
});

test('a third of a dollar is told to a millionth', () => {
  expect(dividedBy('1', 3)).toBe('0.333333');
  expect(dividedBy('2', 3)).toBe('0.666667');
});

test.each([
  [0.77, '0.77'],
  ['0.77', '0.77'],
  ['$0.77', '0.77'],
  ['0.77 USD', '0.77'],
  ['.5', '0.5'],
  ['7.7e-1', '0.77'],
  [1.2e-6, '0.0000012'],
  [0.1 + 0.2, '0.3'],
  [0, '0'],
  ['0.00', '0'],
  [-1, undefined],
  ['-0.5', undefined],
  ['1,5', undefined],
  ['', undefined],
  ['cheap', undefined],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
  ['1e999', undefined],
  ['9'.repeat(100), undefined],
  [`1${' '.repeat(1_000_000)}x`, undefined],
  [null, undefined],
  [{}, undefined],
])('%j is %j', (value, text) => {
  expect(decimalOf(value)).toBe(text);
});
