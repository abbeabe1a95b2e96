import { expect, test } from 'vitest';
import { readInputs } from './inputs.ts';

function read(given: Readonly<Record<string, string>>) {
  return readInputs((name) => ({ 'github-token': 'ghs_token', ...given })[name] ?? '');
}

test('a step that says nothing has a token and nothing else', () => {
  expect(read({})).toEqual({ token: 'ghs_token', inputs: [], dryRun: false, checks: false });
});

test.each([
  [
    'lines',
    'environment=staging\ntitle = two words'.replace(' = ', '='),
    [
      ['environment', 'staging'],
      ['title', 'two words'],
    ],
  ],
  [
    'JSON',
    '{"environment":"staging","count":3}',
    [
      ['environment', 'staging'],
      ['count', '3'],
    ],
  ],
  [
    'YAML',
    'environment: staging\nlist: [a, b]',
    [
      ['environment', 'staging'],
      ['list', '["a","b"]'],
    ],
  ],
  ['a value with an equals sign', 'query=a=b', [['query', 'a=b']]],
])('inputs of the workflow as %s', (_what, inputs, pairs) => {
  expect(read({ inputs }).inputs).toEqual(pairs);
});

test('`working-directory` stands before the paths in the repository', () => {
  expect(read({ 'working-directory': './ops/', 'config-path': 'troupe.yml', answers: 'a/b.yml' })).toMatchObject({
    configPath: 'ops/troupe.yml',
    answers: 'ops/a/b.yml',
  });
});

test.each([
  ['30', 30],
  ['0.5', 0.5],
  ['90s', 1.5],
  ['1h30m', 90],
])('`timeout-minutes: %s` is %d minutes', (given, minutes) => {
  expect(read({ 'timeout-minutes': given }).timeoutMinutes).toBe(minutes);
});

test.each(['0', '-5', 'soon', '1 h', 'Infinity', '1e9', '400d'])('`timeout-minutes: %s` is a mistake', (given) => {
  expect(() => read({ 'timeout-minutes': given })).toThrow(/`timeout-minutes` needs minutes/);
});

test('every mistake is named at once', () => {
  const wrong = {
    'github-token': ' ',
    'issue-number': '1.5',
    'max-cost-usd': '-1',
    'dry-run': 'yes',
    'config-path': '/etc/passwd',
    answers: 'a/../../b',
    inputs: '[1]',
    'resume-run': '7',
    workflow: '../x',
  };
  expect(() => read(wrong)).toThrow(
    /github-token[\s\S]*config-path[\s\S]*answers[\s\S]*issue-number[\s\S]*max-cost-usd[\s\S]*dry-run[\s\S]*inputs[\s\S]*resume-run[\s\S]*workflow/,
  );
  expect(() => read({ task: 'x', 'issue-number': '1' })).toThrow(/Only one of the inputs/);
});
