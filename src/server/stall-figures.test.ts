import { expect, test } from 'vitest';
import { stallText } from './stall-figures.ts';

test('times in which nobody was served are told as how often, how long, and the longest', () => {
  expect(stallText({ count: 3, totalMs: 1_500, longestMs: 900 })).toMatchInlineSnapshot(`
    "# HELP troupe_event_loop_stalls_total Times in which nobody was served for over 200 ms.
    # TYPE troupe_event_loop_stalls_total counter
    troupe_event_loop_stalls_total 3
    # HELP troupe_event_loop_stalled_seconds_total How long these were together.
    # TYPE troupe_event_loop_stalled_seconds_total counter
    troupe_event_loop_stalled_seconds_total 1.5
    # HELP troupe_event_loop_longest_stall_seconds How long the longest was.
    # TYPE troupe_event_loop_longest_stall_seconds gauge
    troupe_event_loop_longest_stall_seconds 0.9
    "
  `);
});

test('where nobody watches nothing is told', () => {
  expect(stallText(undefined)).toBe('');
});
