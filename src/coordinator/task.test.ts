import { describe, expect, test } from 'vitest';
import type { Subject } from './payload.ts';
import { taskOf } from './task.ts';

const issue = (change: Partial<Subject>): Subject => ({
  number: 7,
  title: 'Fix the Süß button',
  body: '',
  labels: [],
  author: 'alice',
  url: 'https://github.example/acme/shop/issues/7',
  state: 'open',
  updatedAt: '2026-11-20T12:00:00Z',
  isPullRequest: false,
  ...change,
});

const form = `### Type

Feature

### Size

Large

### Steps to reproduce

1. open
2. click

### Notes

_No response_

### Performance critical?

Yes

### Parts

- [x] Shop
- [ ] Check-out page
`;

test('an issue becomes a task with its text as it was', () => {
  expect(taskOf(issue({ body: 'It is broken', labels: ['bug'], milestone: 'v2' }))).toEqual({
    kind: 'issue',
    number: 7,
    title: 'Fix the Süß button',
    body: 'It is broken',
    labels: ['bug'],
    slug: 'fix-the-su-button',
    url: 'https://github.example/acme/shop/issues/7',
    author: 'alice',
    milestone: 'v2',
    state: 'open',
    fields: {},
  });
});

describe('what kind of task it is', () => {
  const labels = { Bug: { type: 'bugfix', priority: 'high', fields: { area: 'core' } }, urgent: { priority: 'now' } };
  test.each<[what: string, change: Partial<Subject>, expected: object]>([
    ['the label map', { labels: ['bug'] }, { type: 'bugfix', priority: 'high' }],
    ['the first label that says it', { labels: ['urgent', 'bug'] }, { type: 'bugfix', priority: 'now' }],
    ['a label that says its kind', { labels: ['type: Feature'] }, { type: 'feature' }],
    ['a size label', { labels: ['size/large'] }, { scope: 'large' }],
    ['a scope label', { labels: ['scope=small'] }, { scope: 'small' }],
    [
      'priority and severity labels',
      { labels: ['priority: p1', 'severity:major'] },
      { priority: 'p1', severity: 'major' },
    ],
    ['the issue type of GitHub', { type: 'Task' }, { type: 'task' }],
    ['a form', { body: form }, { type: 'feature', scope: 'large' }],
    ['a label before the issue type', { labels: ['bug'], type: 'Task' }, { type: 'bugfix' }],
    ['the issue type before a form', { type: 'Task', body: form }, { type: 'task' }],
    ['words in the text say nothing', { title: 'Add a feature', body: 'fix the urgent bug, size large' }, {}],
    ['a word that only starts alike', { labels: ['typewriter: x', 'sizeable'] }, {}],
  ])('%s', (_what, change, expected) => {
    const { type, scope, priority, severity } = taskOf(issue(change), labels);
    const said = Object.fromEntries(
      Object.entries({ type, scope, priority, severity }).filter(([, value]) => value !== undefined),
    );
    expect(said).toMatchObject(expected);
    expect(Object.keys(expected).length > 0 || Object.keys(said).length === 0).toBe(true);
  });
});

test('a form’s sections become fields, with yes and no as true and false and checkboxes by name', () => {
  expect(taskOf(issue({ body: form })).fields).toEqual({
    type: 'Feature',
    size: 'Large',
    steps_to_reproduce: '1. open\n2. click',
    performance_critical: true,
    parts: ['Shop'],
    shop: true,
    check_out_page: false,
  });
});

test('fields of labels stand above those of the form', () => {
  const labels = { slow: { fields: { performance_critical: true, area: 'core' } } };
  const task = taskOf(issue({ body: '### Area\n\nui', labels: ['slow'] }), labels);
  expect(task.fields).toEqual({ performance_critical: true, area: 'core' });
});

test('a hostile body makes no more than ordinary data', () => {
  const body = [
    '### __proto__\n\n{"polluted": true}',
    '### constructor\n\nx',
    ...Array.from({ length: 200 }, (_, n) => `### Field ${n}\n\n${'y'.repeat(10_000)}`),
  ].join('\n\n');
  const { fields } = taskOf(issue({ body }));
  expect(Object.keys(fields)).toHaveLength(50);
  expect(fields['proto']).toBe('{"polluted": true}');
  expect(JSON.stringify(fields).length).toBeLessThan(500_000);
  expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
  expect('polluted' in {}).toBe(false);
});

test('headings inside a code fence are no fields', () => {
  expect(taskOf(issue({ body: '### Log\n\n```\n### Type\nbug\n```' })).fields).toEqual({
    log: '```\n### Type\nbug\n```',
  });
});
