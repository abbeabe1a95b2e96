import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { Check } from 'typebox/schema';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { goodAnswers } from '../../test/support/good-answers.ts';
import { schemaCheck } from './index.ts';

const isNamed = schemaCheck<{ readonly name: string }>({
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
});

test('a value that fits has no errors, one that does not tells each of them', () => {
  expect(isNamed.errors).toEqual([]);
  expect([isNamed({ age: 'x' }), isNamed.errors.map(({ keyword }) => keyword)]).toEqual([false, ['required', 'type']]);
  expect([isNamed({ name: 'Ada' }), isNamed.errors]).toEqual([true, []]);
});

test('a schema that is never asked costs nothing: it is not even read', () => {
  const broken = schemaCheck({ type: 'string', pattern: '(' });
  expect(() => broken('')).toThrow();
});

const published = resolve(import.meta.dirname, '../../schema');
test.each(readdirSync(published).filter((name) => name.endsWith('.json')))(
  '%s is right by the rules of JSON Schema, which checks do not ask again',
  (name) => {
    const ajv = new Ajv({ strict: false });
    expect(ajv.validateSchema(JSON.parse(readFileSync(join(published, name), 'utf8')))).toBe(true);
  },
);

test('a value that is only looked at is judged like one that is checked after many others', () => {
  for (let count = 0; count < 50; count += 1)
    expect([isNamed({ name: 'Ada', age: count }), isNamed.errors]).toEqual([true, []]);
  expect([isNamed({ name: 'Ada', age: 0.5 }), isNamed.errors.map(({ keyword }) => keyword)]).toEqual([false, ['type']]);
});

/** Files that fit, by the schema that they are for. */
const fitting: Readonly<Record<string, readonly unknown[]>> = {
  'answers.schema.json': [goodAnswers],
  'persona.schema.json': [
    {
      name: 'tester',
      description: 'Tests.',
      tools: ['read'],
      'x-troupe': { timeout: '5m', provider: ['codex'], outputs: {} },
    },
  ],
  'repository.schema.json': [
    {
      workflows: { enable: ['triage'], disable: [] },
      default_workflow: 'feature',
      labels: { bug: { type: 'bug', fields: { area: 'x' } } },
      variables: { a: 1 },
      verify: [['npm', 'test']],
      setup: { run: [['npm', 'ci']], timeout: '10m', cache: ['node_modules'], key: ['package-lock.json'] },
      protected_paths: ['deploy/**'],
      permissions: { trigger: 'write' },
      budget: { cost_usd: 2, minutes: 30 },
    },
  ],
  'result.schema.json': [{ status: 'pass', summary: 'It works.', findings: [], outputs: { a: [1] } }],
  'server.schema.json': [
    {
      default_provider: 'codex',
      providers: { codex: { transport: 'shell', command: ['codex'] } },
      limits: { cost_usd_per_run: 5 },
      repositories: { allow: ['acme/*'], trusted: [] },
      sandbox: 'auto',
    },
  ],
  'transcript.schema.json': [
    {
      at: '2026-11-30T12:00:00.000Z',
      attempt: 1,
      request: 'r:fix:1',
      kind: 'tool',
      id: 't1',
      tool: 'edit',
      title: 'Edit cart.js',
      paths: ['cart.js'],
      state: 'done',
      output: 'ok',
    },
  ],
  'workflow.schema.json': workflows(),
};

function workflows(): readonly unknown[] {
  const folder = resolve(import.meta.dirname, '../../workflows');
  const names = readdirSync(folder).filter((name) => name.endsWith('.yml'));
  return names.map((name): unknown => parse(readFileSync(join(folder, name), 'utf8')));
}

const oddValues = [
  null,
  '',
  'x',
  'é\u0301👩\u200D👩',
  '5m',
  0,
  -1,
  0.5,
  1e21,
  true,
  [],
  [[]],
  [''],
  {},
  { id: 'x' },
  { type: 'delay' },
];
const oddKeys = ['id', 'type', 'x', '', 'ö', 'constructor', 'toString', 'x-1', 'name'];

/** One place of the value changed. */
function changed(value: unknown, steps: readonly number[], odd: readonly [number, number]): unknown {
  const [step, ...rest] = steps;
  const put = oddValues[odd[0] % oddValues.length];
  if (step === undefined || typeof value !== 'object' || value === null) return put;
  if (Array.isArray(value)) {
    const at = step % (value.length + 1);
    return at === value.length
      ? [...value, put]
      : value.map((one, index) => (index === at ? changed(one, rest, odd) : one));
  }
  const entries = Object.entries(value);
  const at = step % (entries.length + 2);
  if (at === entries.length) return { ...value, [oddKeys[odd[1] % oddKeys.length] ?? '']: put };
  if (at > entries.length) return Object.fromEntries(entries.slice(1));
  return Object.fromEntries(entries.map(([key, one], index) => [key, index === at ? changed(one, rest, odd) : one]));
}

test.each(Object.entries(fitting))('%s: whatever is written, a look and the compiled check agree', (name, samples) => {
  const schema: object = JSON.parse(readFileSync(join(published, name), 'utf8'));
  const compiled = new Ajv({ strict: false, logger: false, validateSchema: false }).compile(schema);
  // what does not fit cannot be made to fail
  for (const sample of samples) expect([sample, compiled(sample)]).toEqual([sample, true]);
  const judged = { right: 0, wrong: 0 };
  const number = fc.nat(1_000);
  fc.assert(
    fc.property(
      fc.constantFrom(...samples),
      fc.array(number, { maxLength: 8 }),
      fc.tuple(number, number),
      (sample, steps, odd) => {
        const value = changed(sample, steps, odd);
        const expected = compiled(value);
        judged[expected ? 'right' : 'wrong'] += 1;
        expect(Check(schema, value)).toBe(expected);
      },
    ),
    { numRuns: 400 },
  );
  expect(Math.min(judged.right, judged.wrong)).toBeGreaterThan(5);
});

test('there are files for every published schema', () => {
  expect(Object.keys(fitting)).toEqual(readdirSync(published).filter((name) => name.endsWith('.json')));
});
