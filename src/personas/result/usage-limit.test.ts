// Words of agents about the limits of their accounts, and how long they are waited for.
import { describe, expect, test } from 'vitest';
import { classOfText } from './class-of-text.ts';
import { saysLimit, untilReset } from './usage-limit.ts';

const minute = 60_000;
const hour = 60 * minute;
/** Monday, 30 November 2026, noon in London: 13:00 in Berlin. */
const noon = Date.UTC(2026, 10, 30, 12);

describe('how long until a limit resets', () => {
  test.each([
    ["You've hit your limit · resets 2pm (Europe/Berlin)", hour],
    ["You've hit your session limit · resets 3:30pm (UTC)", 3.5 * hour],
    ['The limit resets at 14:00', 2 * hour],
    ['limit resets at 14:00 UTC', 2 * hour],
    ['Usage limit reached. Your limit will reset at 1:05 PM.', 65 * minute],
    ["You've hit your usage limit. Upgrade, or try again at Nov 30th, 2026 3:13 PM.", 193 * minute],
    ['Claude AI usage limit reached|1796043600', (1_796_043_600 - noon / 1_000) * 1_000],
    ['{"type":"usage_limit_reached","resets_at":1796043600}', (1_796_043_600 - noon / 1_000) * 1_000],
    ['{"resetsAt": "2026-11-30T14:30:00Z"}', 2.5 * hour],
    ['You have reached your limit, try again in 2 hours 5 minutes', 125 * minute],
    ['Quota exceeded; resets in 3h 25m.', 205 * minute],
    ['rate limit: retry after 1 hour', hour],
    // nobody is believed for longer than six hours
    ['weekly limit reached, resets Dec 3, 9am (UTC)', 6 * hour],
    ['usage limit: try again in 99999 days', 6 * hour],
    ['usage limit reached|9999999999', 6 * hour],
    // a moment ago: soon, not tomorrow
    ['limit resets at 11:58 UTC', minute],
  ])('%s', (words, ms) => {
    expect(untilReset(words, noon, 'UTC')).toBe(ms);
    expect(saysLimit(words) || words.startsWith('{')).toBe(true);
  });

  test('goes over midnight, in the zone that is named', () => {
    const late = Date.UTC(2026, 10, 30, 22, 30);
    expect(untilReset("You've hit your limit · resets 1am (Europe/Berlin)", late, 'UTC')).toBe(1.5 * hour);
    expect(untilReset('limit resets at 03:00', late, 'UTC')).toBe(4.5 * hour);
  });

  test('is right on the night when the clocks change', () => {
    // 25 October 2026: at 03:00 in Berlin it is 02:00 again
    const before = Date.UTC(2026, 9, 24, 23);
    expect(untilReset('limit resets at 4am (Europe/Berlin)', before, 'UTC')).toBe(4 * hour);
  });

  test.each(['You hit your limit', 'limit resets soon', 'resets at 99:99', 'resets 25', 'try again at 13pm', ''])(
    'is not known from "%s"',
    (words) => expect(untilReset(words, noon, 'UTC')).toBeUndefined(),
  );

  test('a zone that nobody knows is UTC', () => {
    expect(untilReset('resets 2pm (Middle/Earth)', noon)).toBe(2 * hour);
  });

  test.each([
    ["You've hit your limit · resets 2pm (Europe/Berlin)", 'rate_limit'],
    ['Usage limit reached', 'rate_limit'],
    ['The delimiter resets nothing', 'failed'],
  ])('"%s" is %s', (words, kind) => expect(classOfText(words)).toBe(kind));

  test('a megabyte of the same words is looked at in no time', () => {
    const began = performance.now();
    for (const piece of ['resets ', 'resets at 1 ', 'hit ', '1 hour, ', 'try again in 9 d', 'resets Jan 1 '])
      untilReset(piece.repeat(200_000), noon, 'UTC');
    for (const piece of ['hit ', 'reached ', 'limit ']) saysLimit(piece.repeat(200_000));
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
