import { expect, test } from 'vitest';
import { formatDuration, parseDuration, readDuration } from './duration.ts';

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
  [172_799_000, '47 h 59 m'],
  [183_600_000, '2 d 3 h'],
])('%i ms is shown as %s', (ms, shown) => {
  expect(formatDuration(ms)).toBe(shown);
});

test.each([
  [-1, 'is below 0'],
  ['-2m', 'is below 0'],
  [Number.NaN, 'is no duration'],
  [{ ms: 5 }, 'is no duration'],
  ['1e3', 'is no duration'],
  [Number.POSITIVE_INFINITY, 'is longer than a year'],
  [Number.MAX_VALUE, 'is longer than a year'],
  ['99999999999999999999d', 'is longer than a year'],
  ['366d', 'is longer than a year'],
])('%j %s', (value, problem) => {
  expect(readDuration(value)).toMatchObject({ ok: false, problem });
});

test('what needs some time is not given none', () => {
  expect(readDuration(0)).toEqual({ ok: true, ms: 0 });
  for (const nothing of [0, '0', '0s', 0.0001])
    expect(readDuration(nothing, { above: 0 })).toMatchObject({ ok: false, problem: 'leaves no time at all' });
  expect(readDuration('365d', { above: 0 })).toEqual({ ok: true, ms: 31_536_000_000 });
});
