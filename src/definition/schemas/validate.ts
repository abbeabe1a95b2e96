// Runs the schema over a read file and turns ajv's errors into problems a person can act on. Knows no line numbers.
import type { ErrorObject } from 'ajv';
import type { Json } from '../../support/index.ts';
import { isObject, schemaCheck } from '../../support/index.ts';
import { kindOf } from '../expression/methods.ts';
import { nearestName } from '../suggest.ts';
import { foreignWord, laterStepTypes } from './words.ts';
import { stepSchemas } from './step-schemas.ts';
import { workflowJsonSchema } from './workflow-schema.ts';

/** A problem at a path of the document. `on: 'key'`: the key itself is what is wrong. */
export interface PathProblem {
  readonly code: string;
  readonly path: string;
  readonly on: 'key' | 'value';
  readonly message: string;
  readonly hint?: string;
}

const check = schemaCheck(workflowJsonSchema, { verbose: true });

/** Everything the schema finds, in no particular order. */
export function validateSource(value: Json): readonly PathProblem[] {
  check(value);
  const problems = check.errors.flatMap((error) => problemOf(error) ?? []);
  return withoutRepeats(problems);
}

/** `steps[2].persona` of `/steps/2/persona`. */
export function documentPath(pointer: string, key?: string): string {
  const parts = pointer.split('/').slice(1).map(unescape);
  return [...parts, ...(key === undefined ? [] : [key])].reduce(childPath, '');
}

/** The path one level down. */
export function childPath(path: string, key: string | number): string {
  if (/^\d+$/.test(String(key))) return `${path}[${key}]`;
  return path === '' ? String(key) : `${path}.${key}`;
}

function unescape(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

function problemOf(error: ErrorObject): PathProblem | undefined {
  const path = documentPath(error.instancePath);
  const name = lastName(path);
  const title: unknown = error.parentSchema?.['title'];
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(error);
    case 'required':
      return missingKey(error, path);
    case 'type':
      return {
        code: 'schema/wrong-type',
        path,
        on: 'value',
        message: `${name} must be ${typeof title === 'string' ? title : `of type ${String(error.params['type'])}`}, and it is ${shown(error.data)}`,
        ...hintForType(error),
      };
    case 'enum':
    case 'const':
      return unknownValue(error, path, name);
    case 'if':
      return undefined;
    case 'minItems':
      return { code: 'structure/empty-list', path, on: 'value', message: `${name} is empty` };
    case 'minLength':
      return { code: 'schema/bad-value', path, on: 'value', message: `${name} is empty` };
    default: {
      const wanted = typeof title === 'string' ? title : String(error.message);
      return { code: 'schema/bad-value', path, on: 'value', message: `${name} is not ${wanted}: ${shown(error.data)}` };
    }
  }
}

function unknownKey(error: ErrorObject): PathProblem {
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
  const foreign = isStep || isTop ? foreignWord(key, isStep ? 'step' : 'top') : undefined;
  if (foreign !== undefined) return { code: 'schema/foreign-word', path, on: 'key', ...foreign };
  const near = nearestName(key, known);
  const step = isStep && isObject(error.data) ? ` of a \`${String(error.data['type'])}\` step` : '';
  const elsewhere = Object.entries(stepSchemas).find(([, schema]) => key in schema.properties)?.[0];
  const hint =
    near !== undefined
      ? `Did you mean \`${near}\`?`
      : isStep && elsewhere !== undefined
        ? `It is a key of \`${elsewhere}\` steps.`
        : `Keys here: ${known.map((name) => `\`${name}\``).join(', ')}.`;
  return { code: 'schema/unknown-key', path, on: 'key', message: `\`${key}\` is not a key${step}`, hint };
}

function missingKey(error: ErrorObject, path: string): PathProblem {
  const key = String(error.params['missingProperty']);
  const where = path === '' ? 'The file' : lastName(path);
  const hints: Readonly<Record<string, string>> = {
    id: 'Give the step an id: letters, digits, - and _.',
    type: `Say what the step is: ${Object.keys(stepSchemas).join(', ')}.`,
    steps: 'List what is to be done under `steps:`.',
    persona: 'Name who is asked: `persona: lead-engineer`.',
    operation: 'Name what to do: `operation: open-pull-request`.',
    condition: 'Say when the `then_steps` run.',
  };
  const hint = hints[key];
  return {
    code: 'schema/missing-key',
    path,
    on: 'value',
    message: `${where} has no \`${key}\``,
    ...(hint === undefined ? {} : { hint }),
  };
}

function unknownValue(error: ErrorObject, path: string, name: string): PathProblem | undefined {
  const allowed = error.keyword === 'const' ? [error.params['allowedValue']] : error.params['allowedValues'];
  const words = (Array.isArray(allowed) ? allowed : []).map(String);
  const given = error.data;
  if (given === undefined) return undefined;
  if (words.includes('persona-request') && typeof given === 'string' && laterStepTypes.has(given)) return undefined;
  const near = typeof given === 'string' ? nearestName(given, words) : undefined;
  const title: unknown = error.parentSchema?.['title'];
  const list = words.length === 1 && typeof title === 'string' ? title : `one of ${words.join(', ')}`;
  return {
    code: words.includes('persona-request') ? 'schema/unknown-step-type' : 'schema/unknown-value',
    path,
    on: 'value',
    message: `${name} cannot be ${shown(given)}`,
    hint: near === undefined ? `It is ${list}.` : `Did you mean \`${near}\`?`,
  };
}

function hintForType(error: ErrorObject): { readonly hint?: string } {
  const wanted = error.params['type'];
  const given: unknown = error.data;
  if (wanted === 'array' && typeof given === 'string') return { hint: `Write [${given}].` };
  if (wanted === 'string' && (typeof given === 'number' || typeof given === 'boolean'))
    return { hint: `Put quotes around it: "${String(given)}".` };
  if (wanted === 'array' && isObject(given)) return { hint: 'Start each entry with a dash: `- id: …`.' };
  if (given === null) return { hint: 'Give it a value or take the key away.' };
  return {};
}

function lastName(path: string): string {
  const name = /([^.[\]]+(?:\[\d+\])?)$/.exec(path)?.[1];
  return name === undefined ? 'The file' : `\`${name}\``;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
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
