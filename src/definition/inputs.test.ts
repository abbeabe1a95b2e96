import { describe, expect, test } from 'vitest';
import { checkInputs, inputProblem } from './inputs.ts';
import type { InputSpec } from './model/types.ts';
import { resolveVariables } from './variables.ts';

function spec(type: InputSpec['type'], rest: Partial<InputSpec> = {}): InputSpec {
  return { type, required: false, description: '', ...rest };
}

const workflow = {
  id: 'fix',
  inputs: {
    place: spec('choice', { options: ['staging', 'production'], default: 'staging' }),
    tries: spec('number', { required: true, description: 'how often' }),
    dry: spec('boolean'),
    note: spec('string'),
  },
};

describe('inputs', () => {
  test('texts of a command line become what the inputs are', () => {
    expect(checkInputs(workflow, { tries: ' 3 ', dry: 'true', note: '7' })).toEqual({
      ok: true,
      inputs: { place: 'staging', tries: 3, dry: true, note: '7' },
    });
  });

  test('what is not given has its default, or nothing', () => {
    expect(checkInputs(workflow, { tries: 1 })).toEqual({
      ok: true,
      inputs: { place: 'staging', tries: 1, dry: null, note: null },
    });
  });

  test('everything that is wrong is said at once', () => {
    const checked = checkInputs(workflow, { plac: 'x', place: 'home', dry: 'maybe', note: ['a'] });
    expect(!checked.ok && checked.findings.map(({ code, message, hint }) => `${code}: ${message} → ${hint}`)).toEqual([
      'inputs/unknown: `fix` has no input `plac` → Did you mean `place`?',
      'inputs/wrong-type: The input `place` must be one of staging, production, and it is "home" → Give one of staging, production.',
      'inputs/missing: The input `tries` is missing → how often: give a number.',
      'inputs/wrong-type: The input `dry` must be true or false, and it is "maybe" → Give true or false.',
      'inputs/wrong-type: The input `note` must be a text, and it is a list → Give a text.',
    ]);
  });

  test.each(['', ' ', '1x', 'NaN', 'Infinity', '1e999'])('%j is no number', (tries) => {
    expect(checkInputs(workflow, { tries }).ok).toBe(false);
  });
});

describe('variables', () => {
  const declared = {
    permissive: false,
    variables: {
      base: 10,
      name: '{{task.slug}}-{{inputs.place}}',
      longer: '{{variables.base * 2}}',
      list: ['{{vars.name}}'],
    },
  };
  const sources = { task: { slug: 'fix' }, inputs: { place: 'a' } };

  test('each sees the ones before it', () => {
    expect(resolveVariables(declared, sources)).toEqual({
      ok: true,
      value: { base: 10, name: 'fix-a', longer: 20, list: ['fix-a'] },
      warnings: [],
    });
  });

  test('the environment wins over the repository, which wins over the file', () => {
    const overrides = { base: 1, other: '{{task.slug}}' };
    expect(resolveVariables(declared, { ...sources, overrides })).toMatchObject({
      value: { base: 1, longer: 2, other: '{{task.slug}}' },
    });
    expect(resolveVariables(declared, { ...sources, overrides, environment: { base: 3 } })).toMatchObject({
      value: { base: 3, longer: 6 },
    });
  });

  test('one without a value is named', () => {
    const broken = { permissive: false, variables: { a: '{{task.nothing}}' } };
    expect(resolveVariables(broken, sources)).toMatchObject({
      ok: false,
      message: 'Cannot work out variable `a`: `task.nothing` has no value',
      unresolved: ['task.nothing'],
    });
    expect(resolveVariables({ ...broken, permissive: true }, sources)).toMatchObject({ ok: true, value: { a: null } });
  });
});

test('everything that is wrong with inputs is said at once, each in a sentence', () => {
  const deploy = {
    id: 'deploy',
    inputs: {
      environment: spec('choice', { options: ['staging', 'production'], default: 'staging' }),
      tries: spec('number'),
      loud: spec('boolean', { default: false }),
      title: spec('string', { required: true }),
    },
  };
  const given = Object.fromEntries([
    ['enviroment', 'x'],
    ['tries', 'many'],
    ['loud', 'maybe'],
    ['environment', 'moon'],
    ['__proto__', '1'],
  ]);
  const checked = checkInputs(deploy, given);
  expect(checked.ok ? [] : checked.findings.map((finding) => inputProblem(finding))).toEqual([
    '`deploy` has no input `enviroment`. Did you mean `environment`?',
    '`deploy` has no input `__proto__`. Known: `environment`, `tries`, `loud`, `title`.',
    'The input `environment` must be one of staging, production, and it is "moon".',
    'The input `tries` must be a number, and it is "many".',
    'The input `loud` must be true or false, and it is "maybe".',
    'The input `title` is missing. Give a text.',
  ]);
});

test('an input keeps its digits', () => {
  const workflow = {
    id: 'fix',
    inputs: { version: spec('string'), build: spec('choice', { options: ['1.10', '007'] }), id: spec('number') },
  };
  const read = checkInputs(workflow, { version: '1.10', build: '007', id: '9007199254740991' });
  expect(read).toEqual({ ok: true, inputs: { version: '1.10', build: '007', id: 9_007_199_254_740_991 } });
  const lost = checkInputs(workflow, { id: '9007199254740993' });
  expect(lost.ok ? [] : lost.findings.map((finding) => inputProblem(finding))).toEqual([
    'The input `id` must be a number up to 9007199254740991, and it is "9007199254740993".',
  ]);
});
