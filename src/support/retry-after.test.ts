// One reading of `Retry-After` for GitHub, hosts of models and services.
import { expect, test } from 'vitest';
import { readRetryAfter } from './retry-after.ts';

const now = Date.parse('2026-05-04T12:00:00Z');
const week = 7 * 24 * 3_600_000;

test.each([
  ['7', 7_000],
  [' 7 ', 7_000],
  ['0', 0],
  ['1.5', 1_500],
  ['Mon, 04 May 2026 12:00:30 GMT', 30_000],
  ['Mon, 04 May 2026 11:59:00 GMT', 0],
  ['999999999', week],
  ['-5', undefined],
  ['1e3', undefined],
  ['soon', undefined],
  ['', undefined],
  [null, undefined],
  [undefined, undefined],
])('%j is %j ms', (header, ms) => {
  expect(readRetryAfter(header, now)).toBe(ms);
});

test.each([
  ['7', '1500', 1_500],
  ['7', '0', 7_000],
  ['7', 'x', 7_000],
  [undefined, '250.4', 250],
  [undefined, '9e15', week],
])('%j with %j in milliseconds beside it', (header, millis, ms) => {
  expect(readRetryAfter(header, now, millis)).toBe(ms);
});
