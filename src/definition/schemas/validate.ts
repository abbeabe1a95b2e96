// Runs the schema over a read file and turns ajv's errors into problems a person can act on. Knows no line numbers.
import type { ErrorObject } from 'ajv';
import type { Json, JsonObject } from '../../support/index.ts';
import { isObject, schemaCheck, defined } from '../../support/index.ts';
import { documentPath } from '../../yaml/index.ts';
import { kindOf } from '../expression/methods.ts';
import { nearestName } from '../model/suggest.ts';
import { writtenKinds } from '../source/step-kind.ts';
import type { StepKinds } from '../source/step-kind.ts';
import { anyStepSchema, anyStepType } from '../source/any-step.ts';
import { foreignWord, laterStepTypes } from '../source/words.ts';
import { workflowJsonSchema } from './workflow-schema.ts';

/** A problem at a path of the document. `on: 'key'`: the key itself is what is wrong. */
export interface PathProblem {
  readonly code: string;
  readonly path: string;
  readonly on: 'key' | 'value';
  readonly message: string;
  readonly hint?: string;
}

/** A value that is no text as it stands in the file. */
export type Written = (path: string) => string | undefined;

// Compiled once per list of kinds. Not state: without it every answer would be the same.
const checks = new WeakMap<StepKinds, ReturnType<typeof schemaCheck>>();

/** Everything the schema finds, in no particular order. `values`: the file, and the file with the type that each step most likely means. */
export function validateSource(values: readonly Json[], written: Written, kinds: StepKinds): readonly PathProblem[] {
  const check = checks.get(kinds) ?? schemaCheck(forAnyStep(kinds), { verbose: true });
  checks.set(kinds, check);
  const problems = [...new Set(values)].flatMap((one) => {
    check(one);
    return check.errors.flatMap((error) => problemOf(error, { written, kinds: writtenKinds(kinds) }) ?? []);
  });
  return withoutRepeats(problems);
}

/** What a problem is told with. */
interface Telling {
  readonly written: Written;
  readonly kinds: ReturnType<typeof writtenKinds>;
}

/** Of the schema that says which types there are. */
const typeTitle = 'a step type';

/** The schema of a workflow with one more type: that of steps that nobody can tell. */
function forAnyStep(kinds: StepKinds): JsonObject {
  const schema = workflowJsonSchema(kinds);
  const types = writtenKinds(kinds).map(({ type }) => type);
  const definitions = schema['$defs'] as Record<string, JsonObject>; // our own schema
  const step = definitions['step'] as { readonly allOf: readonly Json[] } & JsonObject; // as above
  const properties = { type: { enum: [...types, anyStepType], title: typeTitle } };
  const isAny = { type: 'object', required: ['type'], properties: { type: { const: anyStepType } } };
  const any = { if: isAny, then: { $ref: '#/$defs/anyStep' } };
  const $defs = {
    ...definitions,
    anyStep: anyStepSchema(kinds),
    step: { ...step, properties, allOf: [...step.allOf, any] },
  };
  return { ...schema, $defs };
}

function problemOf(error: ErrorObject, telling: Telling): PathProblem | undefined {
  const { written, kinds } = telling;
  const path = documentPath(error.instancePath);
  const name = lastName(path);
  const title: unknown = error.parentSchema?.['title'];
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(error, kinds);
    case 'required':
      return missingKey(error, path, kinds);
    case 'type':
      return {
        code: 'schema/wrong-type',
        path,
        on: 'value',
        message: `${name} must be ${typeof title === 'string' ? title : `of type ${String(error.params['type'])}`}, and it is ${shown(error.data, written(path))}`,
        ...hintForType(error, written(path)),
      };
    case 'enum':
    case 'const':
      return unknownValue(error, { path, name, written: written(path), kinds });
    case 'if':
      return undefined;
    case 'minItems':
      return { code: 'structure/empty-list', path, on: 'value', message: `${name} is empty` };
    case 'minLength':
      return { code: 'schema/bad-value', path, on: 'value', message: `${name} is empty` };
    default: {
      const wanted = typeof title === 'string' ? title : String(error.message);
      return {
        code: 'schema/bad-value',
        path,
        on: 'value',
        message: `${name} is not ${wanted}: ${shown(error.data, written(path))}`,
      };
    }
  }
}

function unknownKey(error: ErrorObject, kinds: Telling['kinds']): PathProblem {
  const key = String(error.params['additionalProperty']);
  const path = documentPath(error.instancePath, key);
  const properties = error.parentSchema?.['properties'];
  const known = isObject(properties) ? Object.keys(properties) : [];
  const isStep = known.includes('id') && known.includes('type');
  const isTop = known.includes('steps') && known.includes('trigger');
  if (known.length === 0)
    return {
      code: 'schema/bad-name',
      path,
      on: 'key',
      message: `\`${key}\` cannot be a name here`,
      hint: 'Names are letters, digits and `_`, and start with a letter.',
    };
  const isThere = (name: string): boolean => isObject(error.data) && Object.hasOwn(error.data, name);
  const foreign = isStep || isTop ? foreignWord(key, isStep ? 'step' : 'top') : undefined;
  if (foreign !== undefined) {
    const { message, ours } = foreign;
    const hint = isThere(ours) ? keepOurs(ours, key) : foreign.hint;
    return { code: 'schema/foreign-word', path, on: 'key', message, hint };
  }
  const plain = key.replaceAll('\u200B', ' ').trim();
  const near = plain !== key && known.includes(plain) ? undefined : nearestName(key, known);
  const type = isStep && isObject(error.data) ? String(error.data['type']) : '';
  const step = type === '' ? '' : type === anyStepType ? ' of any step' : ` of a \`${type}\` step`;
  const elsewhere = kinds.find(({ schema }) => key in schema.properties)?.type;
  const hint =
    near !== undefined
      ? isThere(near)
        ? keepOurs(near, key)
        : `Did you mean \`${near}\`?`
      : isStep && elsewhere !== undefined
        ? `It is a key of \`${elsewhere}\` steps.`
        : plain !== key
          ? `A character that looks like a space (${oddEdges(key, plain)}) is part of the key: put a plain space there.`
          : type === anyStepType
            ? 'No step has such a key.'
            : `Keys here: ${known.map((name) => `\`${name}\``).join(', ')}.`;
  return { code: 'schema/unknown-key', path, on: 'key', message: `\`${key}\` is not a key${step}`, hint };
}

/** The characters around the words of a key, as `U+00A0`. */
function oddEdges(key: string, plain: string): string {
  const odd = new Set(Array.from(key.replace(plain, '')).map((one) => one.codePointAt(0) ?? 0));
  return [...odd].map((code) => `U+${code.toString(16).toUpperCase().padStart(4, '0')}`).join(', ');
}

/** What is there already is not to be written once more. */
function keepOurs(ours: string, other: string): string {
  return `\`${ours}\` is there already: take \`${other}\` away.`;
}

function missingKey(error: ErrorObject, path: string, kinds: Telling['kinds']): PathProblem {
  const key = String(error.params['missingProperty']);
  const where = path === '' ? 'The file' : lastName(path);
  const hints: Readonly<Record<string, string>> = {
    id: 'Give the step an id: letters, digits, - and _.',
    type: `Say what the step is: ${kinds.map((kind) => kind.type).join(', ')}.`,
    steps: 'List what is to be done under `steps:`.',
  };
  const hint =
    hints[key] ?? kinds.find(({ missing }) => missing !== undefined && Object.hasOwn(missing, key))?.missing?.[key];
  return {
    code: 'schema/missing-key',
    path,
    on: 'value',
    message: `${where} has no \`${key}\``,
    ...defined({ hint }),
  };
}

function unknownValue(
  error: ErrorObject,
  {
    path,
    name,
    written,
    kinds,
  }: {
    readonly path: string;
    readonly name: string;
    readonly written: string | undefined;
    readonly kinds: StepKinds;
  },
): PathProblem | undefined {
  const allowed = error.keyword === 'const' ? [error.params['allowedValue']] : error.params['allowedValues'];
  const words = (Array.isArray(allowed) ? allowed : []).map(String).filter((one) => one !== anyStepType);
  const given = error.data;
  if (given === undefined) return undefined;
  const title: unknown = error.parentSchema?.['title'];
  const isType = title === typeTitle;
  if (isType && typeof given === 'string' && laterStepTypes(kinds).has(given)) return undefined;
  const near = typeof given === 'string' ? nearestName(given, words) : undefined;
  const list = words.length === 1 && typeof title === 'string' ? title : `one of ${words.join(', ')}`;
  return {
    code: isType ? 'schema/unknown-step-type' : 'schema/unknown-value',
    path,
    on: 'value',
    message: `${name} cannot be ${shown(given, written)}`,
    hint: near === undefined ? `It is ${list}.` : `Did you mean \`${near}\`?`,
  };
}

/** Says how to write it right. What was written stays as it is: `1.10` is never shown as 1.1. */
function hintForType(error: ErrorObject, written: string | undefined): { readonly hint?: string } {
  const wanted = error.params['type'];
  const given: unknown = error.data;
  const plain = written ?? String(given);
  const isPlain = typeof given === 'number' || typeof given === 'boolean';
  if (wanted === 'array' && typeof given === 'string') return { hint: listHint(given) };
  if (wanted === 'array' && isPlain) return { hint: `Write ["${plain}"].` };
  if (wanted === 'string' && isPlain) return { hint: `Put quotes around it: "${plain}".` };
  const isNumber = wanted === 'number' || wanted === 'integer';
  if (isNumber && typeof given === 'string' && /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(given))
    return { hint: `Take the quotes away: ${given}.` };
  if (wanted === 'boolean' && typeof given === 'string' && /^(true|false)$/.test(given))
    return { hint: `Take the quotes away: ${given}.` };
  if (wanted === 'array' && isObject(given)) return { hint: 'Start each entry with a dash: `- id: …`.' };
  if (given === null) return { hint: 'Give it a value or take the key away.' };
  return {};
}

/** One text stays one text, whatever commas and colons are in it. */
function listHint(text: string): string {
  if (text.length > 60 || text.includes('\n'))
    return 'Write it as a list: each entry on a line of its own, with a dash.';
  const isWord = /^[\p{L}\p{N}_./-][\p{L}\p{N}_./ -]*$/u.test(text) && !/^(true|false|null|[\d.+-].*)$/i.test(text);
  return `Write [${isWord ? text : JSON.stringify(text)}].`;
}

function lastName(path: string): string {
  const name = /^[^[\]]+(?:\[\d+\])?$/.exec(path.slice(path.lastIndexOf('.') + 1))?.[0];
  return name === undefined ? 'The file' : `\`${name}\``;
}

function shown(value: unknown, written: string | undefined): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'number' || typeof value === 'boolean') return written ?? String(value);
  return kindOf(value as Json); // what comes out of a YAML file is JSON
}

/** `allOf` branches report the same thing several times. */
function withoutRepeats(problems: readonly PathProblem[]): readonly PathProblem[] {
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const key = `${problem.code} ${problem.path} ${problem.message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
