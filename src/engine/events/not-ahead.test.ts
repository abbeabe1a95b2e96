import { expect, test } from 'vitest';
import type { StepPath, RunId } from '../../support/index.ts';
import { notAhead } from './not-ahead.ts';
import type { NewEvent, RunEvent } from './types.ts';

const hour = 3_600_000;
const now = 1_800_000_000_000;
// the id of no run of any store
const run = 'r1' as RunId;
const step = 'build' as StepPath; // an id outside loops

function recorded(event: NewEvent, at: number): RunEvent {
  return { ...event, run, seq: 1, at };
}

const timed: readonly [event: (at: number) => NewEvent, due: (event: RunEvent) => unknown][] = [
  [
    (at) => ({ type: 'step.waiting', step, attempt: 1, data: { for: 'timer', until: at + hour } }),
    (event) => event.type === 'step.waiting' && event.data.until,
  ],
  [
    (at) => ({ type: 'run.parked', data: { until: at + hour } }),
    (event) => event.type === 'run.parked' && event.data.until,
  ],
  [
    (at) => ({
      type: 'approval.requested',
      step,
      attempt: 1,
      data: { message: 'Ship?', inputHash: 'x', by: ['write'], expires: at + hour },
    }),
    (event) => event.type === 'approval.requested' && event.data.expires,
  ],
  [
    (at) => ({
      type: 'step.retry_scheduled',
      step,
      attempt: 1,
      data: { at: at + hour, reason: 'It failed', countsAsAttempt: true },
    }),
    (event) => event.type === 'step.retry_scheduled' && event.data.at,
  ],
];

test('an event of a clock that ran ahead is one of now, and what it waits for lies no further away than it did', () => {
  for (const [event, due] of timed)
    for (const ahead of [1, 3 * hour, 24 * hour]) {
      const [taken] = notAhead([recorded(event(now + ahead), now + ahead)], now);
      expect(taken?.at).toBe(now);
      expect(taken && due(taken)).toBe(now + hour);
    }
});

test('what lies behind stays as it was recorded', () => {
  for (const [event] of timed) {
    const one = recorded(event(now - 3 * hour), now - 3 * hour);
    expect(notAhead([one], now)).toEqual([one]);
  }
});

test('who waits for people alone waits on', () => {
  const open = recorded({ type: 'step.waiting', step, attempt: 1, data: { for: 'approval', until: null } }, now + hour);
  expect(notAhead([open], now)).toEqual([{ ...open, at: now }]);
});
