import { describe, expect, test } from 'vitest';
import { evaluateTemplate } from './template.ts';

const scope = {
  task: { number: 7, title: 'Say {{run.id}} and ${run.id}', labels: ['a', 'b'], milestone: null },
  variables: { base_timeout: 1800, prefix: 'feat/' },
  steps: { qa: { status: 'succeeded', summary: 'fine', outputs: {} } },
};

test.each([
  ['{{variables.base_timeout}}', 1800],
  ['{{ task.labels }}', ['a', 'b']],
  ['{{variables.prefix}}{{task.number}}', 'feat/7'],
  ['Labels: {{task.labels}}', 'Labels: ["a","b"]'],
  ['[{{task.milestone}}]', '[]'],
  ['{{task.milestone}}', null],
  ['no templates', 'no templates'],
  ['{ not } a }} template', '{ not } a }} template'],
  ['{{{{task.number}}', '{{task.number}}'],
  ["{{ '}}' }}", '}}'],
  ['{{ { a: { b: 1 } }.a.b }}', 1],
  ['{{ `${task.number}}}` }}', '7}}'],
  ['${task.number}', '${task.number}'],
  ["{{steps.qa.outputs.risk ?? 'unknown'}}", 'unknown'],
])('%s', (template, value) => {
  expect(evaluateTemplate(template, scope)).toMatchObject({ ok: true, value });
});

describe('in prompts', () => {
  test.each([
    ['#${task.number}', '#7'],
    ['${task.number}', 7],
    ['$${task.number}', '${task.number}'],
    ['costs $5, {{task.number}}', 'costs $5, 7'],
  ])('%s', (template, value) => {
    expect(evaluateTemplate(template, scope, { dollar: true })).toMatchObject({ ok: true, value });
  });
});

test('templates are found at any depth, and keys stay as they are', () => {
  const value = { '{{key}}': [{ n: '{{task.number}}' }, true, null, 3] };
  expect(evaluateTemplate(value, scope)).toEqual({
    ok: true,
    value: { '{{key}}': [{ n: 7 }, true, null, 3] },
    warnings: [],
  });
});

test('text of people is never read as a template', () => {
  expect(evaluateTemplate('{{task.title}} / {{task.title}}', scope, { dollar: true })).toMatchObject({
    value: 'Say {{run.id}} and ${run.id} / Say {{run.id}} and ${run.id}',
  });
});

test('all names without a value are named at once', () => {
  const result = evaluateTemplate({ a: '{{variables.absent}}', b: ['x {{steps.qa.outputs.risk}}'] }, scope);
  expect(result).toMatchObject({
    ok: false,
    message: '`variables.absent` has no value',
    unresolved: ['variables.absent', 'steps.qa.outputs.risk'],
  });
});

describe('a name without a value', () => {
  test.each([
    ['{{task.milestone.title}}', 'task.milestone.title'],
    ['{{milestone.title}}', 'milestone.title'],
    ['Stopped: {{error.message}}', 'error.message'],
    ['{{error.message.toUpperCase()}}', 'error.message'],
    ["{{'v' + task.absent}}", 'task.absent'],
    ['{{`v${task.absent}`}}', 'task.absent'],
    ['{{task.absent.count + 1}}', 'task.absent.count'],
    ['{{steps.qa.outputs.a.b.c}}', 'steps.qa.outputs.a.b.c'],
  ])('%s alone fails, and is told by its whole name', (template, name) => {
    expect(evaluateTemplate(template, scope)).toMatchObject({
      ok: false,
      message: `\`${name}\` has no value`,
      unresolved: [name],
    });
  });

  test.each([
    ["{{task.milestone.title ?? 'none'}}", 'none'],
    ["for {{milestone.title ?? 'no milestone'}}", 'for no milestone'],
    ["Stopped: {{error.message ?? 'nothing'}}", 'Stopped: nothing'],
    ["{{error.message.toUpperCase() ?? ''}}", ''],
    ["{{'v' + task.absent ?? 'x'}}", 'x'],
    ['{{steps.qa.outputs.a.b.c ?? 3}}', 3],
    ["{{error ? 'failed' : 'fine'}}", 'fine'],
  ])('%s has one', (template, value) => {
    expect(evaluateTemplate(template, scope)).toMatchObject({ ok: true, value });
  });
});

test('a failure points at its column', () => {
  expect(evaluateTemplate('Hello {{ steps.code-review.summary }}', scope)).toEqual({
    ok: false,
    message: '`steps.code-review.summary` is a subtraction, not the name `code-review`',
    column: 10,
    unresolved: [],
    hint: "Write steps.code_review.summary or steps['code-review'].summary.",
  });
  expect(evaluateTemplate('never {{ closed', scope)).toMatchObject({ ok: false, column: 7 });
});

test('permissive turns a missing name into nothing and a warning', () => {
  expect(evaluateTemplate(['<{{variables.absent}}>', '{{variables.absent}}'], scope, { permissive: true })).toEqual({
    ok: true,
    value: ['<>', null],
    warnings: ['`variables.absent` has no value'],
  });
});
