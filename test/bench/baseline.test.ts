import { defined } from '../../src/support/index.ts';
import { expect, test } from 'vitest';
import { worseThanBaseline } from './baseline.ts';
import type { Figure } from './figure.ts';

const figure = (ratio: number, better?: Figure['better']): Figure => ({
  what: 'a step',
  measured: '1 ms',
  bar: 'none',
  ratio,
  ...defined({ better }),
});

test('a ratio is worse when it has left the stored one by more than what two runs differ', () => {
  expect(worseThanBaseline([figure(1.29)], { 'a step': 1 })).toEqual([]);
  expect(worseThanBaseline([figure(1.4)], { 'a step': 1 })).toEqual(['a step: 1.40×, was 1.00×']);
  expect(worseThanBaseline([figure(0.1)], { 'a step': 1 })).toEqual([]);
  expect(worseThanBaseline([figure(0.7, 'higher')], { 'a step': 1 })).toEqual(['a step: 0.70×, was 1.00×']);
  expect(worseThanBaseline([figure(9, 'higher')], { 'a step': 1 })).toEqual([]);
});

test('a figure that was never stored is no worse', () => {
  expect(worseThanBaseline([figure(9)], { 'another step': 1 })).toEqual([]);
});
