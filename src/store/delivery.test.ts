import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../support/index.ts';
import { deliveryOf } from './index.ts';
import { logicalKeyOf } from './delivery.ts';

const labeled: JsonObject = {
  action: 'labeled',
  issue: { id: 70, number: 7, updated_at: '2026-11-20T10:00:00Z', created_at: '2026-11-01T10:00:00Z' },
  label: { name: 'troupe:feature' },
  repository: { id: 1 },
  installation: { id: 5 },
  sender: { id: 9, login: 'ada' },
};

function changed(change: JsonObject): Json {
  return { ...labeled, ...change };
}

test.each([
  'secret_scanning_alert',
  'projects_v2',
  'projects_v2_item',
  'projects_v2_status_update',
  'an_event_of_2027',
])('an event named %s is taken', (event) => {
  const headers = { 'x-github-delivery': 'd-1', 'x-github-event': event };
  expect(deliveryOf(headers, labeled, 0)).toMatchObject({ event });
});

describe('the key of what happened', () => {
  test('is the same when the App and a repository hook send it', () => {
    const { installation: _, ...fromHook } = labeled;
    expect(logicalKeyOf('issues', fromHook)).toBe(logicalKeyOf('issues', labeled));
    expect(logicalKeyOf('issues', labeled)).toMatch(/^[0-9a-f]{32}$/);
  });

  test.each<[string, Json]>([
    ['another action', changed({ action: 'unlabeled' })],
    ['another label in the same second', changed({ label: { name: 'bug' } })],
    ['another sender', changed({ sender: { id: 10, login: 'bob' } })],
    ['a later time', changed({ issue: { id: 70, number: 7, updated_at: '2026-11-20T10:00:01Z' } })],
    ['another issue', changed({ issue: { id: 71, number: 8, updated_at: '2026-11-20T10:00:00Z' } })],
    ['another assignee in the same second', changed({ assignee: { login: 'bob' } })],
    ['another change in the same second', changed({ changes: { title: { from: 'x' } } })],
  ])('differs for %s', (_name, payload) => {
    expect(logicalKeyOf('issues', payload)).not.toBe(logicalKeyOf('issues', labeled));
  });

  test('is none for `troupe:paused`: put on, taken off and put on again within a second is heard three times', () => {
    expect(logicalKeyOf('issues', changed({ label: { name: 'troupe:paused' } }))).toBe(null);
  });

  test('of a comment is the comment’s, not its issue’s', () => {
    const comment = { id: 1, created_at: '2026-11-20T10:00:00Z', updated_at: '2026-11-20T10:00:00Z' };
    const other = { ...comment, id: 2 };
    const first = logicalKeyOf('issue_comment', changed({ action: 'created', comment }));
    expect(first).not.toBe(logicalKeyOf('issue_comment', changed({ action: 'created', comment: other })));
    const later = { id: 70, number: 7, updated_at: '2026-11-20T10:00:09Z' };
    expect(first).toBe(logicalKeyOf('issue_comment', changed({ action: 'created', comment, issue: later })));
  });

  test('of a review needs its time of submission; of a push to a pull request the head', () => {
    const review = { id: 3, submitted_at: '2026-11-20T10:00:00Z' };
    expect(logicalKeyOf('pull_request_review', { action: 'submitted', review })).not.toBeNull();
    function synchronized(sha: string): string | null {
      const pull_request = { id: 4, number: 8, updated_at: '2026-11-20T10:00:00Z', head: { sha } };
      return logicalKeyOf('pull_request', { action: 'synchronize', pull_request });
    }
    expect(synchronized('a')).not.toBe(synchronized('b'));
  });

  test.each(['check_run', 'check_suite', 'push'])('%s has none: only the delivery id counts', (event) => {
    expect(logicalKeyOf(event, labeled)).toBeNull();
  });

  test('is none where the object carries no time', () => {
    expect(logicalKeyOf('installation', { action: 'created', installation: { id: 5 } })).toBeNull();
    expect(logicalKeyOf('issues', { action: 'opened', issue: { id: 1 } })).toBeNull();
    expect(logicalKeyOf('issues', [])).toBeNull();
  });
});

describe('a delivery', () => {
  const headers = { 'x-github-delivery': 'd1', 'x-github-event': 'issues' };

  test('has its lane from the payload', () => {
    expect(deliveryOf(headers, labeled, 12)).toMatchObject({
      id: 'd1',
      event: 'issues',
      action: 'labeled',
      installationId: 5,
      repositoryId: 1,
      number: 7,
      receivedAt: 12,
    });
    const rerequested = {
      action: 'rerequested',
      check_run: { id: 1, pull_requests: [{ number: 8 }] },
      repository: { id: 1 },
    };
    expect(deliveryOf({ ...headers, 'x-github-event': 'check_run' }, rerequested, 12)).toMatchObject({ number: 8 });
    expect(deliveryOf(headers, {}, 12)).toMatchObject({ repositoryId: null, number: null, action: null });
  });

  test.each<Readonly<Record<string, string | readonly string[]>>>([
    { 'x-github-event': 'issues' },
    { 'x-github-delivery': 'd1' },
    { 'x-github-delivery': '', 'x-github-event': 'issues' },
    { 'x-github-delivery': 'a b', 'x-github-event': 'issues' },
    { 'x-github-delivery': 'd1', 'x-github-event': '../issues' },
    { 'x-github-delivery': ['d1', 'd2'], 'x-github-event': 'issues' },
  ])('needs both headers, well-formed: %j', (bad) => {
    expect(deliveryOf(bad, labeled, 12)).toBeUndefined();
  });
});
