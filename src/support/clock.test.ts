import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSteadyClock, systemClock, wallOf } from './clock.ts';

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

test('a steady clock goes by the time that passes, whatever the clock of the machine is set to, and says so once', () => {
  let wall = 1_800_000_000_000;
  let ticks = 5_000;
  const moved = vi.fn();
  const clock = createSteadyClock({ now: () => wall, ticks: () => ticks, after: systemClock.after }, moved);
  expect(clock.now()).toBe(1_800_000_000_000);
  for (const jump of [3 * 3_600_000, -6 * 3_600_000, day, -3_600_000]) {
    wall += jump;
    ticks += 1_000;
    wall += 1_000;
    clock.now();
    clock.now();
  }
  expect(clock.now()).toBe(1_800_000_004_000);
  expect(wallOf(clock).getTime()).toBe(wall);
  expect(moved.mock.calls.flat()).toEqual([3, -3, 21, 20].map((hours) => hours * 3_600_000));
});

test('a clock that nobody sets is its own, and so is a steady one', () => {
  const manual = { now: () => 7, after: systemClock.after };
  expect(createSteadyClock(manual)).toBe(manual);
  expect(wallOf(manual)).toEqual(new Date(7));
  const steady = createSteadyClock(systemClock);
  expect(createSteadyClock(steady)).toBe(steady);
});
