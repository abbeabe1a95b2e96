import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
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
  const broken = schemaCheck({ type: 'nothing we know' });
  expect(() => broken({})).toThrow();
});

const published = resolve(import.meta.dirname, '../../schema');
test.each(readdirSync(published).filter((name) => name.endsWith('.json')))(
  '%s is right by the rules of JSON Schema, which checks do not ask again',
  (name) => {
    const ajv = new Ajv({ strict: false });
    expect(ajv.validateSchema(JSON.parse(readFileSync(join(published, name), 'utf8')))).toBe(true);
  },
);
