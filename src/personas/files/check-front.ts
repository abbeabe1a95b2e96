// What is wrong with a persona file's front matter but for its tools: syntax, unknown keys, values nobody can read. Makes no persona.
import type { ErrorObject } from 'ajv';
import { isObject, messageOf, nearest, readDuration, schemaCheck } from '../../support/index.ts';
import type { Finding } from '../../engine/index.ts';
import { compileForeign } from '../model/foreign-schema.ts';
import { fileMessages } from '../model/messages.ts';
import type { FindingAt } from './finding-at.ts';
import type { FrontMatter } from './front-matter.ts';
import { personaExtensionSchema, personaSchema } from './persona-schema.ts';
import type { PersonaFrontMatter } from './persona-schema.ts';

const ownKeys = Object.keys(personaExtensionSchema.properties);
const validate = schemaCheck<PersonaFrontMatter>(personaSchema);

/** The front matter where it can be read, and what is wrong with it. `outputs`: whether the schema of outputs is one. */
export function checkFront(
  front: FrontMatter,
  at: FindingAt,
  looksAt: { readonly outputs: boolean },
): { readonly written?: PersonaFrontMatter; readonly findings: readonly Finding[] } {
  const syntax = syntaxFindings(front, at);
  if (syntax.length > 0) return { findings: syntax };
  const value = front.value;
  if (validate(value)) return { written: value, findings: contentFindings(value, at, looksAt) };
  const errors = validate.errors;
  return { findings: errors.filter((error) => isTold(error, errors)).map((error) => schemaFinding(error, at)) };
}

function syntaxFindings(front: FrontMatter, at: FindingAt): Finding[] {
  const mistakes = front.mistakes.map(({ line, column, ...said }) => ({
    ...at([], { code: 'persona/syntax', ...said }),
    line,
    column,
  }));
  if (mistakes.length > 0 || isObject(front.value)) return mistakes;
  return [at([], { code: 'persona/syntax', message: fileMessages.notAMap() })];
}

/** Of a choice of words ajv reports each word: one finding is enough. */
function isTold(error: ErrorObject, errors: readonly ErrorObject[]): boolean {
  if (error.keyword === 'anyOf') return true;
  return !errors.some(
    (other) =>
      other.keyword === 'anyOf' &&
      other.instancePath === error.instancePath &&
      error.schemaPath.startsWith(`${other.schemaPath}/`),
  );
}

function schemaFinding(error: ErrorObject, at: FindingAt): Finding {
  const path = error.instancePath.split('/').slice(1);
  if (error.keyword !== 'additionalProperties') {
    const problem = choiceOf(error) ?? error.message ?? '';
    return at(path, { code: 'persona/schema', message: fileMessages.wrongValue(path.join('.'), problem) });
  }
  const key = String(error.params['additionalProperty']);
  const near = nearest(key, path.includes('profiles') ? ['model', 'append', 'provider'] : ownKeys);
  return at([...path, key], {
    code: 'persona/unknown-key',
    message: fileMessages.unknownKey(key, path.join('.')),
    ...(near === undefined ? {} : { hint: fileMessages.didYouMean(near) }),
  });
}

function choiceOf(error: ErrorObject): string | undefined {
  if (error.keyword !== 'anyOf') return undefined;
  const options: unknown[] = Array.isArray(error.schema) ? error.schema : [];
  const names = options.flatMap((option) =>
    isObject(option) && typeof option['const'] === 'string' ? [option['const']] : [],
  );
  return names.length === 0 ? undefined : fileMessages.oneOf(names);
}

function contentFindings(
  written: PersonaFrontMatter,
  at: FindingAt,
  looksAt: { readonly outputs: boolean },
): Finding[] {
  const own = written['x-troupe'] ?? {};
  const found: Finding[] = [];
  const timeout = readDuration(own.timeout, { above: 0 });
  if (own.timeout !== undefined && !timeout.ok) {
    const message = fileMessages.badDuration(String(own.timeout), timeout.problem);
    found.push(at(['x-troupe', 'timeout'], { code: 'persona/schema', message }));
  }
  const problem = own.outputs === undefined || !looksAt.outputs ? undefined : schemaProblem(own.outputs);
  if (problem !== undefined)
    found.push(at(['x-troupe', 'outputs'], { code: 'persona/outputs', message: fileMessages.badSchema(problem) }));
  for (const key of misplacedKeys(written)) {
    const [message, hint] = [fileMessages.misplaced(key), fileMessages.moveUnder(key)];
    found.push(at([key], { severity: 'warning', code: 'persona/misplaced-key', message, hint }));
  }
  return found;
}

/** Keys of ours at the top level, where other tools have no such key. */
function misplacedKeys(written: PersonaFrontMatter): string[] {
  const foreign = new Set(['skills', 'sandbox', 'provider']);
  return Object.keys(written).filter((key) => ownKeys.includes(key) && !foreign.has(key));
}

function schemaProblem(schema: object): string | undefined {
  try {
    compileForeign(schema);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
