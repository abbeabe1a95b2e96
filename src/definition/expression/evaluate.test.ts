import { describe, expect, test } from 'vitest';
import type { Json } from '../../support/index.ts';
import type { Scope } from '../model/types.ts';
import { evaluateExpression } from './evaluate.ts';

const scope: Scope = {
  task: {
    number: 7,
    title: 'Fix the `login` {{page}}',
    body: '',
    labels: ['bug', 'good first issue'],
    type: 'bug',
    scope: 'large',
    severity: null,
    slug: 'fix-the-login-page',
    fields: { browser: 'Firefox', 'os-name': 'Linux' },
    performance_critical: true,
  },
  inputs: { environment: 'staging', retries: 3, dry: false, note: null },
  variables: { base_timeout: 1800, list: [1, 2, 3], nested: { a: { b: 'c' } } },
  steps: {
    qa: { status: 'succeeded', verdict: 'pass', summary: '12 tests', outputs: { risk: 'low', count: 12 } },
    'code-review': { status: 'succeeded', verdict: 'fail', outputs: {} },
    skipped: { status: 'skipped', outputs: {} },
  },
  event: { name: 'issues', action: 'labeled', label: 'troupe:fix' },
  context: { workflowId: 'fix', branchName: 'troupe/7-fix', state: {} },
  run: { id: 'rabc', status: 'running' },
  milestone: null,
  state: { qa_status: 'pass', qa_result: { summary: '12 tests' }, code_review_status: 'fail', risk: 'low' },
  outcome: { success: false, failure: true, cancelled: false },
  now: 1_700_000_000_000,
};

const values: readonly (readonly [condition: string, value: Json])[] = [
  // literals and operators
  ['1', 1],
  ['-1', -1],
  ['-0', 0],
  ['0 * -1', 0],
  ['0 / -1', 0],
  ['-4 % 2', 0],
  ['+"5"', 5],
  ['0x10', 16],
  ["'text'", 'text'],
  ['"it\'s"', "it's"],
  ['true', true],
  ['null', null],
  ['undefined', null],
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['10 / 4', 2.5],
  ['10 % 4', 2],
  ['7 - 2 - 1', 4],
  ["'a' + 1", 'a1'],
  ["1 + 'a'", '1a'],
  ["'n: ' + null", 'n: '],
  ['true + 1', 2],
  ['1 === 1', true],
  ["1 === '1'", false],
  ["1 == '1'", true],
  ['null == undefined', true],
  ['null === undefined', false],
  ['0 == null', false],
  ["'' == 0", true],
  ['1 !== 2', true],
  ['1 != 1', false],
  ['2 < 10', true],
  ["'2' < '10'", false],
  ["'b' >= 'a'", true],
  ['3 <= 3', true],
  ['3 > 3', false],
  ['!0', true],
  ['!!task', true],
  ["!'a'", false],
  ['true && false', false],
  ["'' || 'b'", 'b'],
  ['null ?? 1', 1],
  ['0 ?? 1', 0],
  ['0 || 1', 1],
  ["true ? 'yes' : 'no'", 'yes'],
  ["'' ? 'yes' : 'no'", 'no'],
  ['[1, 2, 3]', [1, 2, 3]],
  ['[1, [2]][1][0]', 2],
  ["({ a: 1, 'b-c': 2 })", { a: 1, 'b-c': 2 }],
  ['({ a: { b: 1 } }).a.b', 1],
  ['`${task.number}-${task.slug}`', '7-fix-the-login-page'],
  ['`plain`', 'plain'],
  ['/* why */ 1', 1],
  ['  1  ', 1],
  // roots
  ['task.number', 7],
  ["task['number']", 7],
  ["task.type === 'bug'", true],
  ["task.type !== 'hotfix'", true],
  ["task.scope === 'large' || task.performance_critical === true", true],
  ['task.severity', null],
  ["task.severity ?? 'none'", 'none'],
  ['task.fields.browser', 'Firefox'],
  ["task.fields['os-name']", 'Linux'],
  ['task.fields.nothing', null],
  ['task.unknown === true', false],
  ['!task.unknown', true],
  ['task?.title.length', 24],
  ['inputs.environment', 'staging'],
  ['inputs.retries + 1', 4],
  ['inputs.dry', false],
  ['inputs.note', null],
  ['inputs.absent', null],
  ['variables.base_timeout / 60', 30],
  ['vars.base_timeout', 1800],
  ['variables.nested.a.b', 'c'],
  ["variables?.absent ?? 'd'", 'd'],
  ["event.action === 'labeled'", true],
  ['event.comment?.body', null],
  ['run.status', 'running'],
  ['milestone', null],
  ['context.workflowId', 'fix'],
  ['context.branchName', 'troupe/7-fix'],
  // steps and state
  ["steps.qa.verdict === 'pass'", true],
  ['steps.qa.outputs.count > 10', true],
  ['steps.code_review.verdict', 'fail'],
  ["steps['code-review'].verdict", 'fail'],
  ["steps['code_review'].status", 'succeeded'],
  ["steps.skipped.outputs.risk === 'low'", false],
  ["steps.skipped.summary ?? 'none'", 'none'],
  ['steps?.absent?.summary', null],
  ["context.state.get('qa_status') === 'pass'", true],
  ["context.state.get('qa_result').summary", '12 tests'],
  ["context.state.get('code_review_status')", 'fail'],
  ["context.state.get('code-review_status')", 'fail'],
  ["context.state.get('risk')", 'low'],
  ["context.state.get('absent')", null],
  ["context.state.get('absent') === undefined", true],
  ["context.state.get('absent') == null", true],
  ["!context.state.get('absent')", true],
  ["context.state.get('qa' + '_status')", 'pass'],
  ["['qa_status', 'code_review_status'].every(name => context.state.get(name) === 'pass')", false],
  ["['qa_status', 'code_review_status'].some(name => context.state.get(name) === 'pass')", true],
  // methods
  ["task.labels.includes('bug')", true],
  ["task.labels.includes('Bug')", false],
  ['task.labels.length', 2],
  ["task.labels.join(' + ')", 'bug + good first issue'],
  ["task.labels.indexOf('bug')", 0],
  ['task.labels.slice(1)', ['good first issue']],
  ["task.labels.some(label => label.startsWith('good'))", true],
  ["task.labels.every(label => label.endsWith('bug'))", false],
  ['task.labels.map(label => label.toUpperCase())', ['BUG', 'GOOD FIRST ISSUE']],
  ['task.labels.map((label, index) => index)', [0, 1]],
  ['variables.list.filter(n => n > 1)', [2, 3]],
  ['variables.list.find(n => n > 1)', 2],
  ['variables.list.find(n => n > 9)', null],
  ['[[1, 2], [3]].map(row => row.map(n => n * 2))', [[2, 4], [6]]],
  ['[1].map(task => task)', [1]],
  ["' a '.trim()", 'a'],
  ["'a,b'.split(',')", ['a', 'b']],
  ["'abc'.slice(1, 2)", 'b'],
  ["'abc'.slice(-1)", 'c'],
  ["'ABC'.toLowerCase()", 'abc'],
  ["'abc'.indexOf('z')", -1],
  ["'abc'[1]", 'b'],
  ["task.title.includes('{{page}}')", true],
  ["task.absent?.includes('x')", null],
  ["'v1.2'.startsWith('v') && 'v1.2'.length === 4", true],
  // functions
  ['always()', true],
  ['success()', false],
  ['failure()', true],
  ['cancelled()', false],
  ['failure() && !cancelled()', true],
  ['now()', 1_700_000_000_000],
  ['toJSON(task.labels)', '["bug","good first issue"]'],
  ['fromJSON(\'{"a": [1]}\').a[0]', 1],
  ['fromJSON(toJSON(inputs)).retries', 3],
];

test.each(values)('%s', (condition, value) => {
  const result = evaluateExpression(condition, scope);
  expect(result).toMatchObject({ ok: true, value });
});

const refusals: readonly (readonly [condition: string, message: RegExp])[] = [
  ['', /empty/],
  ['1 +', /Unexpected token/],
  ['1 2', /ends before "2"/],
  ['task.number = 1', /assignment/],
  ['task.number++', /`\+\+`/],
  ['new Date()', /`new`/],
  ['this', /`this`/],
  ['/a/.test(task.title)', /`test` is not a method/],
  ['/a/', /regular expression/],
  ['1n', /BigInt/],
  ['constructor', /`constructor` cannot be read/],
  ["task['constructor']", /`constructor` cannot be read/],
  ["task['const' + 'ructor']", /`constructor` cannot be read/],
  ['task.__proto__', /`__proto__` cannot be read/],
  ['[].map.constructor', /`constructor` cannot be read/],
  ['({ __proto__: task })', /`__proto__` cannot be read/],
  ['process.exit()', /`process` is not a name/],
  ['globalThis', /`globalThis` is not a name/],
  ["require('fs')", /`require\(\)` is not a function/],
  ["fetch('http://x')", /`fetch\(\)` is not a function/],
  ['(() => 1)()', /Calling this/],
  ['x => x', /arrow function outside/],
  ['[1].map(function (x) { return x })', /arrow function of one or two plain names/],
  ['[1].map(x => { return x })', /arrow function of one or two plain names/],
  ['[1].map(({ a }) => a)', /arrow function of one or two plain names/],
  ['[...task.labels]', /Spreading/],
  ['({ ...task })', /Spreading/],
  ['task.labels.push(1)', /`push` is not a method/],
  ["'a'.replace('a', 'b')", /`replace` is not a method/],
  ["'a'.repeat(9e9)", /`repeat` is not a method/],
  ['import("fs")', /`import`/],
  ['1, 2', /comma/],
  ['typeof task', /`typeof`/],
  ['void 0', /`void`/],
  ['delete task.title', /`delete`/],
  ["'a' in task", /`in`/],
  ['task instanceof task', /`instanceof`/],
  ['2 ** 3', /`\*\*`/],
  ['1 | 2', /`\|`/],
  ['eval("1")', /`eval\(\)` is not a function/],
  ['steps.code-review.verdict', /is a subtraction, not the name `code-review`/],
  ["task.labels['includes']('bug')", /computed name/],
  ['success(1)', /takes no values/],
  ['toJSON()', /takes one value/],
  ['variables.absent', /`variables.absent` has no value/],
  ['steps.absent.status', /`steps.absent` has no value/],
  ["task.number.includes('7')", /is a number, which has no `includes`/],
  ["task.title.join(',')", /is a text, which has no `join`/],
  ['task.title.map(x => x)', /needs a list/],
  ["'a' * 2", /not a number that JSON can hold/],
  ['1 / 0', /not a number that JSON can hold/],
  ["fromJSON('{')", /text that is not JSON/],
];

test.each(refusals)('%s has no value', (condition, message) => {
  const result = evaluateExpression(condition, scope);
  expect(result.ok).toBe(false);
  expect(!result.ok && result.message).toMatch(message);
});

describe('a name without a value', () => {
  test.each([
    ['task.absent.more', null],
    ['task.absent.more.and.more', null],
    ['task.absent[0].x', null],
    ['task.fields[task.absent]', null],
    ['task.severity.text', null],
    ['inputs.note.length', null],
    ['milestone.title', null],
    ['task.milestone.title', null],
    ['error.message', null],
    ["error.class === 'timeout'", false],
    ["error ? 'failed' : 'fine'", 'fine'],
    ['!error', true],
    ['error === undefined', true],
    ['error === null', true],
    ['error == null', true],
    ['error !== null', false],
    ['error !== undefined', false],
    ['inputs.note === undefined', true],
    ["task.milestone.title === 'v2'", false],
    ["task.milestone.title !== 'v2'", true],
    ["task.milestone.title.startsWith('v')", null],
    ['task.title.includes(task.milestone.title)', null],
    ['task.labels.includes(task.milestone.title)', false],
    ["task.absent.some(one => one === 'a')", null],
    ["task.absent.map(one => one).join(',')", null],
    ['task.absent.length > 3', false],
    ['task.absent.count + 1', null],
    ['1 - task.absent', null],
    ['-task.absent', null],
    ['task.absent.count >= 0', false],
    ["'a' + task.absent", null],
    ['`v${task.absent}`', null],
    ["'v' + task.milestone.title === 'v1'", false],
    ['toJSON(task.absent)', null],
    ['fromJSON(task.absent).x', null],
    ["context.state.get('absent').summary", null],
    ['context.state.get(task.absent)', null],
    ['steps.qa.error.message', null],
    ['steps.skipped.outputs.a.b', null],
    ["task.absent.more ?? 'none'", 'none'],
    ["error.message ?? 'all well'", 'all well'],
    ["task.milestone.title ?? 'none'", 'none'],
    ["task.milestone.title.toUpperCase() ?? 'none'", 'none'],
    ["('v' + milestone.title) ?? 'none'", 'none'],
    ["`v${milestone.title}` ?? 'none'", 'none'],
    ["task.absent.more || 'none'", 'none'],
  ] as const)('%s', (condition, value) => {
    expect(evaluateExpression(condition, scope)).toMatchObject({ ok: true, value });
  });

  test('a milestone is its title, as GitHub has it too', () => {
    const shipped: Scope = { ...scope, milestone: 'v2', task: { milestone: 'v2' } };
    for (const name of ['milestone', 'milestone.title', 'task.milestone', 'task.milestone.title'])
      expect(evaluateExpression(`${name} === 'v2'`, shipped)).toMatchObject({ value: true });
  });

  test('a variable that is known and has no value is one of them; an unknown one is a mistake', () => {
    const known: Scope = { ...scope, unset: { region: 'The variable `region` has a value in `production` only' } };
    expect(evaluateExpression("variables.region === 'eu'", known)).toMatchObject({ ok: true, value: false });
    expect(evaluateExpression("vars.region ?? 'eu'", known)).toMatchObject({ ok: true, value: 'eu' });
    expect(evaluateExpression("variables.regoin === 'eu'", known)).toMatchObject({ ok: false });
  });

  test('names what was meant', () => {
    expect(evaluateExpression('variables.base_timout', scope)).toEqual({
      ok: false,
      message: '`variables.base_timout` has no value',
      column: 1,
      unresolved: ['variables.base_timout'],
      hint: 'Did you mean `base_timeout`?',
    });
  });

  test('is a warning where a condition can go on without it', () => {
    expect(evaluateExpression('task.urgent === true', scope)).toEqual({
      ok: true,
      value: false,
      warnings: ['`task.urgent` has no value'],
    });
  });
});

describe('an expression that would take long', () => {
  test('ends after 10,000 steps', () => {
    const numbers = Array.from({ length: 30 }, (_, index) => index);
    const loop = 'vars.n.map(a => vars.n.map(b => vars.n.map(c => vars.n.map(d => a + b + c + d))))';
    const result = evaluateExpression(loop, { variables: { n: numbers } });
    expect(result).toMatchObject({ ok: false, message: 'The expression takes more than 10000 steps' });
  });

  test('ends at 1 MB of text', () => {
    const grow = `${'['.repeat(1)}'x'].map(a => a + a)${'.map(a => a[0] + a[0])'.repeat(1)}`;
    expect(evaluateExpression(grow, {}).ok).toBe(true);
    const doubling = `[vars.t]${'.map(a => a + a)'.repeat(12)}`;
    expect(evaluateExpression(doubling, { variables: { t: 'x'.repeat(1_000) } })).toMatchObject({
      ok: false,
      message: 'The expression makes more than 1 MB',
    });
  });

  test('ends when a small value stands for a huge one', () => {
    const sharing = `[[1]]${'.map(a => [a, a])'.repeat(40)}`;
    expect(evaluateExpression(sharing, {}).ok).toBe(false);
    expect(evaluateExpression(`toJSON(${sharing})`, {}).ok).toBe(false);
    expect(evaluateExpression(`${sharing}.join(',')`, {}).ok).toBe(false);
  });

  test('is refused when it is nested too deeply', () => {
    expect(evaluateExpression('!'.repeat(5_000) + '1', {})).toMatchObject({ ok: false });
    expect(evaluateExpression(`${'('.repeat(3_000)}1${')'.repeat(3_000)}`, {})).toMatchObject({ ok: false });
    expect(evaluateExpression('1'.repeat(9_000), {})).toMatchObject({ ok: false });
  });
});

test('nothing of JavaScript is reachable through data', () => {
  const data: Json = JSON.parse('{"__proto__": {"polluted": true}, "constructor": "c"}') as Json; // JSON by definition
  expect(evaluateExpression('task.polluted', { task: data })).toMatchObject({ ok: true, value: null });
  expect(evaluateExpression('task.toString', { task: {} })).toMatchObject({ ok: true, value: null });
  expect(evaluateExpression("task['__proto__']", { task: data }).ok).toBe(false);
  expect(evaluateExpression('task.hasOwnProperty', { task: {} })).toMatchObject({ ok: true, value: null });
});
