import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from './clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const day = 86_400_000;

test('a timer of 40 days rings after 40 days, neither at once nor after 25', () => {
  const rang = vi.fn();
  systemClock.after(40 * day, rang);
  vi.advanceTimersByTime(40 * day - 1);
  expect(rang).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(rang).toHaveBeenCalledTimes(1);
});

test('a long timer is taken back in its second part, too', () => {
  const rang = vi.fn();
  const stop = systemClock.after(40 * day, rang);
  vi.advanceTimersByTime(30 * day);
  stop();
  vi.advanceTimersByTime(30 * day);
  expect(rang).not.toHaveBeenCalled();
});
