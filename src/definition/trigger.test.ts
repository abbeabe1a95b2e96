import { expect, test } from 'vitest';
import { matchTrigger } from './trigger.ts';
import type { Trigger } from './model/types.ts';

function trigger(rest: Partial<Trigger>): Trigger {
  return { labels: [], events: [], assignees: [], priority: 0, ...rest };
}

const scope = { task: { type: 'bug', labels: ['bug'] }, event: { review: { state: 'changes_requested' } } };

test('a label matches whatever its case', () => {
  expect(matchTrigger(trigger({ labels: ['Bug'] }), { labels: ['bug', 'x'], scope })).toEqual({
    matched: true,
    reasons: ['the label `Bug` is one of its labels'],
  });
});

test('nothing matches: every way that was tried is named', () => {
  const all = trigger({ labels: ['a'], events: ['issues.opened'], assignees: ['ada'] });
  expect(matchTrigger(all, { labels: ['b'], event: 'push', scope })).toEqual({
    matched: false,
    reasons: [
      'none of its labels is there (a)',
      'it waits for issues.opened, not for push',
      'none of its assignees is there (ada)',
    ],
  });
  expect(matchTrigger(trigger({}), { labels: [], scope }).reasons).toEqual([
    'it names no labels, events, assignees or schedule',
  ]);
});

test('an event matches with its action, and without one every action', () => {
  const at = (events: readonly string[], event: string): boolean =>
    matchTrigger(trigger({ events }), { labels: [], event, scope }).matched;
  expect(at(['issues.opened'], 'issues.opened')).toBe(true);
  expect(at(['issues'], 'issues.opened')).toBe(true);
  expect(at(['issues.opened'], 'issues.closed')).toBe(false);
  expect(at(['issue'], 'issues.opened')).toBe(false);
});

test('the condition must hold as well', () => {
  const review = trigger({
    events: ['pull_request_review.submitted'],
    condition: "event.review.state === 'changes_requested'",
  });
  const occurrence = { labels: [], event: 'pull_request_review.submitted', scope };
  expect(matchTrigger(review, occurrence)).toEqual({
    matched: true,
    reasons: [
      'it waits for the event `pull_request_review.submitted`',
      "its condition is true: event.review.state === 'changes_requested'",
    ],
  });
  const urgent = trigger({ labels: ['bug'], condition: 'task.urgent === true' });
  expect(matchTrigger(urgent, { labels: ['bug'], scope })).toEqual({
    matched: false,
    reasons: [
      'the label `bug` is one of its labels',
      'its condition is false: task.urgent === true (`task.urgent` has no value)',
    ],
  });
  const planned = trigger({ labels: ['bug'], condition: 'task.milestone.title' });
  expect(matchTrigger(planned, { labels: ['bug'], scope }).reasons[1]).toBe(
    'its condition is false: task.milestone.title (`task.milestone.title` has no value)',
  );
  const broken = trigger({ labels: ['bug'], condition: 'task.labels.trim()' });
  expect(matchTrigger(broken, { labels: ['bug'], scope: { task: { labels: [] } } }).reasons[1]).toBe(
    'its condition cannot be answered: `task.labels` is a list, which has no `trim`',
  );
});

test('an assignment matches', () => {
  expect(matchTrigger(trigger({ assignees: ['Ada'] }), { labels: [], assignees: ['ada'], scope }).matched).toBe(true);
});
