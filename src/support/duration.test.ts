import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';

test.each([
  [90, 90_000],
  ['90', 90_000],
  [0.5, 500],
  ['250ms', 250],
  ['90s', 90_000],
  ['30m', 1_800_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['2d', 172_800_000],
  [' 5m ', 300_000],
])('%j is a duration', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['soon', '5 m', '-5m', '1h 30m', '', 'm', '5w'])('%j is none', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each([[-1], [Number.NaN], [Number.POSITIVE_INFINITY], [null], [undefined], [true], [{}]])(
  '%j is none',
  (value) => {
    expect(parseDuration(value)).toBeUndefined();
  },
);

test.each([
  [0, '0 ms'],
  [850, '850 ms'],
  [4_200, '4.2 s'],
  [59_949, '59.9 s'],
  [59_960, '1 m 0 s'],
  [185_000, '3 m 5 s'],
  [3_600_000, '1 h 0 m'],
  [7_440_000, '2 h 4 m'],
])('%i ms is shown as %s', (ms, shown) => {
  expect(formatDuration(ms)).toBe(shown);
});
