import { describe, expect, test } from 'vitest';
import type { Subject } from '../common/payload.ts';
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

test('an issue becomes a task with its text as it was', async () => {
  expect(await taskOf(issue({ body: 'It is broken', labels: ['bug'], milestone: 'v2' }))).toEqual({
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
  ])('%s', async (_what, change, expected) => {
    const { type, scope, priority, severity } = await taskOf(issue(change), labels);
    const said = Object.fromEntries(
      Object.entries({ type, scope, priority, severity }).filter(([, value]) => value !== undefined),
    );
    expect(said).toMatchObject(expected);
    expect(Object.keys(expected).length > 0 || Object.keys(said).length === 0).toBe(true);
  });
});

test('a form’s sections become fields, with yes and no as true and false and checkboxes by name', async () => {
  expect((await taskOf(issue({ body: form }))).fields).toEqual({
    type: 'Feature',
    size: 'Large',
    steps_to_reproduce: '1. open\n2. click',
    performance_critical: true,
    parts: ['Shop'],
    shop: true,
    check_out_page: false,
  });
});

test('fields of labels stand above those of the form', async () => {
  const labels = { slow: { fields: { performance_critical: true, area: 'core' } } };
  const task = await taskOf(issue({ body: '### Area\n\nui', labels: ['slow'] }), labels);
  expect(task.fields).toEqual({ performance_critical: true, area: 'core' });
});

test('a hostile body makes no more than ordinary data', async () => {
  const body = [
    '### __proto__\n\n{"polluted": true}',
    '### constructor\n\nx',
    ...Array.from({ length: 200 }, (_, n) => `### Field ${n}\n\n${'y'.repeat(10_000)}`),
  ].join('\n\n');
  const { fields } = await taskOf(issue({ body }));
  expect(Object.keys(fields)).toHaveLength(50);
  expect(fields['proto']).toBe('{"polluted": true}');
  expect(JSON.stringify(fields).length).toBeLessThan(500_000);
  expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
  expect('polluted' in {}).toBe(false);
});

test('headings inside a code fence are no fields', async () => {
  expect((await taskOf(issue({ body: '### Log\n\n```\n### Type\nbug\n```' }))).fields).toEqual({
    log: '```\n### Type\nbug\n```',
  });
});

describe('a form in the hands of people', () => {
  const fields = async (body: string) => (await taskOf(issue({ body }))).fields;

  test.each<[what: string, body: string, expected: object]>([
    [
      'a longer fence',
      '### Log\n\n`````\n```\n### a\n```\n### b\n`````\n\n### Size\n\nbig',
      { log: '`````\n```\n### a\n```\n### b\n`````', size: 'big' },
    ],
    [
      'tildes around backticks',
      '### Log\n\n~~~\n```\n### a\n~~~\n\n### Size\n\nbig',
      { log: '~~~\n```\n### a\n~~~', size: 'big' },
    ],
    [
      'code with a fence’s look in a line',
      '### Log\n\n``` x ```\n\n### Size\n\nbig',
      { log: '``` x ```', size: 'big' },
    ],
    [
      'a fence in a list',
      '### Log\n\n- a\n  ```\n  ### b\n  ```\n\n### Size\n\nbig',
      { log: '- a\n  ```\n  ### b\n  ```', size: 'big' },
    ],
    ['a fence that is never closed', '### Log\n\n```\n### a', { log: '```\n### a' }],
    [
      'a heading in a quote, a comment, indented code',
      '### Log\n\n> ### a\n\n<!--\n### b\n-->\n\n    ### c\n\n### Size\n\nbig',
      { log: '> ### a\n\n<!--\n### b\n-->\n\n    ### c', size: 'big' },
    ],
    [
      'headings of other levels and kinds',
      '### Log\n\n## a\n\n#### b\n\nc\n---\n\n###d',
      { log: '## a\n\n#### b\n\nc\n---\n\n###d' },
    ],
    ['marks at the end of a heading', '### Log ###\n\nx\n\n### C# ##\n\ny', { log: 'x', c: 'y' }],
    [
      'other scripts',
      '### Größe\n\nXL\n\n### 优先级\n\n高\n\n### Приоритет?\n\nда\n\n### प्राथमिकता\n\nx',
      { größe: 'XL', 优先级: '高', приоритет: 'да', प्राथमिकता: 'x' },
    ],
    ['an accent of two characters', '### Cafe\u0301\n\nx', { café: 'x' }],
    ['a heading without a letter', '### 🔥\n\nx\n\n### ---\n\ny', { '🔥': 'x', '---': 'y' }],
    [
      'the same heading again',
      '### Notes\n\na\n\n### notes:\n\nb\n\n### Notes 2\n\nc',
      { notes: 'a', notes_2: 'b', notes_2_2: 'c' },
    ],
    ['the same heading, first without an answer', '### Type\n\n_No response_\n\n### Type\n\nbug', { type_2: 'bug' }],
    ['no answer in other marks', '### A\n\n*No response*\n\n### B\n\n\n\n### C\n\nNo response', { c: 'No response' }],
    ['several choices of a list', '### Browsers\n\nFirefox, Safari', { browsers: 'Firefox, Safari' }],
    [
      'boxes of all kinds',
      '### Parts\n\n- [X] Größe\n* [ ] B\n+ [x]  C ',
      { parts: ['Größe', 'C'], größe: true, b: false, c: true },
    ],
    ['boxes among words', '### Parts\n\n- [x] A\n\nand more', { parts: '- [x] A\n\nand more' }],
    [
      'Windows line ends',
      '### Size\r\n\r\nbig\r\n\r\n### Parts\r\n\r\n- [x] A\r\n',
      { size: 'big', parts: ['A'], a: true },
    ],
    ['old line ends', '### Size\r\rbig\r\r### Log\r\r```\r### a\r```', { size: 'big', log: '```\n### a\n```' }],
  ])('%s', async (_what, body, expected) => {
    expect(await fields(body)).toEqual(expected);
  });
});

test('a milestone’s counts come with the task', async () => {
  const facts = {
    number: 3,
    open_issues: 1,
    closed_issues: 2,
    completion: 66,
    state: 'open',
    due_on: '2027-01-01T00:00:00Z',
  };
  expect(await taskOf(issue({ milestone: 'v2', milestoneFacts: facts }))).toMatchObject({
    milestone: 'v2',
    milestoneFacts: facts,
  });
});
