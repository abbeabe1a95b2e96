// One persona file: text → checked persona, or every mistake with its place. Reads no files.
import type { ErrorObject } from 'ajv';
import { isObject, messageOf, nearest, readDuration, schemaCheck, sha256 } from '../../support/index.ts';
import type { JsonObject } from '../../support/index.ts';
import type { Finding } from '../../engine/index.ts';
import { compileForeign } from '../foreign-schema.ts';
import { fileMessages } from '../messages.ts';
import type { Persona } from '../types.ts';
import { readFrontMatter } from './front-matter.ts';
import type { FrontMatter } from './front-matter.ts';
import { personaExtensionSchema, personaSchema } from './persona-schema.ts';
import type { PersonaFrontMatter } from './persona-schema.ts';
import { readTools } from './tools.ts';

/** A persona, or why there is none. Warnings come with a persona too. */
export type ParsedPersona =
  | { readonly ok: true; readonly persona: Persona; readonly findings: readonly Finding[] }
  | { readonly ok: false; readonly findings: readonly Finding[] };

const ownKeys = Object.keys(personaExtensionSchema.properties);
const validate = schemaCheck<PersonaFrontMatter>(personaSchema);
const idPattern = /^[a-z0-9][a-z0-9._-]{0,63}$/i;

/** The persona in the text of a file. `path` is shown in findings; `id` is the file name without its ending. */
export function parsePersona(file: {
  readonly id: string;
  readonly path: string;
  readonly text: string;
}): ParsedPersona {
  const front = readFrontMatter(file.text);
  const found = [...syntaxFindings(file.path, front)];
  const written = found.length > 0 ? undefined : checkSchema(file.path, front, found);
  if (written !== undefined) found.push(...contentFindings(file.path, front, written));
  if (!idPattern.test(file.id))
    found.push(finding(file.path, front, [], 'error', 'persona/id', fileMessages.badId(file.id)));
  if (front.body === '') found.push(finding(file.path, front, [], 'error', 'persona/empty', fileMessages.noPrompt()));
  if (written === undefined || found.some((one) => one.severity === 'error')) return { ok: false, findings: found };
  return { ok: true, persona: toPersona(file, front.body, written), findings: found };
}

function toPersona(
  file: { id: string; path: string; text: string },
  prompt: string,
  written: PersonaFrontMatter,
): Persona {
  const own = written['x-troupe'] ?? {};
  const model = Array.isArray(written.model) ? written.model[0] : written.model;
  const timeout = readDuration(own.timeout, { above: 0 });
  return {
    id: file.id,
    name: written.name ?? file.id,
    description: written.description ?? '',
    tools: readTools(written.tools).tools,
    // `inherit` is how other tools say: the one in use
    ...(model === undefined || model === 'inherit' ? {} : { model }),
    ...(own.provider === undefined ? {} : { provider: own.provider }),
    ...(own.strategy === undefined ? {} : { strategy: own.strategy }),
    ...(timeout.ok ? { timeoutMs: timeout.ms } : {}),
    ...(own.max_cost_usd === undefined ? {} : { maxCostUsd: own.max_cost_usd }),
    ...(own.retries === undefined ? {} : { retries: own.retries }),
    ...(own.sandbox === undefined ? {} : { sandbox: own.sandbox }),
    skills: own.skills ?? [],
    // read from YAML without tags: JSON values only
    ...(own.outputs === undefined ? {} : { outputs: own.outputs as JsonObject }),
    profiles: own.profiles ?? {},
    expect: own.expect === undefined ? [] : Array.isArray(own.expect) ? own.expect : [own.expect],
    prompt,
    source: file.path,
    digest: sha256(file.text),
  };
}

function syntaxFindings(path: string, front: FrontMatter): Finding[] {
  const mistakes: Finding[] = front.mistakes.map(({ line, column, message }) => ({
    severity: 'error',
    code: 'persona/syntax',
    file: path,
    path: '',
    line,
    column,
    message,
  }));
  if (mistakes.length === 0 && !isObject(front.value)) {
    mistakes.push(finding(path, front, [], 'error', 'persona/syntax', fileMessages.notAMap()));
  }
  return mistakes;
}

function checkSchema(path: string, front: FrontMatter, found: Finding[]): PersonaFrontMatter | undefined {
  const value = front.value;
  if (validate(value)) return value;
  const errors = validate.errors;
  found.push(...errors.filter((error) => isTold(error, errors)).map((error) => schemaFinding(path, front, error)));
  return undefined;
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

function schemaFinding(path: string, front: FrontMatter, error: ErrorObject): Finding {
  const at = error.instancePath.split('/').slice(1);
  if (error.keyword === 'additionalProperties') {
    const key = String(error.params['additionalProperty']);
    const near = nearest(key, at.includes('profiles') ? ['model', 'append', 'provider'] : ownKeys);
    return finding(
      path,
      front,
      [...at, key],
      'error',
      'persona/unknown-key',
      fileMessages.unknownKey(key, at.join('.')),
      near === undefined ? undefined : fileMessages.didYouMean(near),
    );
  }
  return finding(
    path,
    front,
    at,
    'error',
    'persona/schema',
    fileMessages.wrongValue(at.join('.'), choiceOf(error) ?? error.message ?? ''),
  );
}

function choiceOf(error: ErrorObject): string | undefined {
  if (error.keyword !== 'anyOf') return undefined;
  const options: unknown[] = Array.isArray(error.schema) ? error.schema : [];
  const names = options.flatMap((option) =>
    isObject(option) && typeof option['const'] === 'string' ? [option['const']] : [],
  );
  return names.length === 0 ? undefined : fileMessages.oneOf(names);
}

function contentFindings(path: string, front: FrontMatter, written: PersonaFrontMatter): Finding[] {
  const own = written['x-troupe'] ?? {};
  const found: Finding[] = [];
  const timeout = readDuration(own.timeout, { above: 0 });
  if (own.timeout !== undefined && !timeout.ok) {
    found.push(
      finding(
        path,
        front,
        ['x-troupe', 'timeout'],
        'error',
        'persona/schema',
        fileMessages.badDuration(String(own.timeout), timeout.problem),
      ),
    );
  }
  if (own.outputs !== undefined) {
    const problem = schemaProblem(own.outputs);
    if (problem !== undefined)
      found.push(
        finding(path, front, ['x-troupe', 'outputs'], 'error', 'persona/outputs', fileMessages.badSchema(problem)),
      );
  }
  for (const { name, near } of readTools(written.tools).unknown) {
    found.push(
      finding(
        path,
        front,
        ['tools'],
        'warning',
        'persona/unknown-tool',
        fileMessages.unknownTool(name),
        fileMessages.didYouMean(near),
      ),
    );
  }
  for (const key of misplacedKeys(written)) {
    found.push(
      finding(
        path,
        front,
        [key],
        'warning',
        'persona/misplaced-key',
        fileMessages.misplaced(key),
        fileMessages.moveUnder(key),
      ),
    );
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

function finding(
  file: string,
  front: FrontMatter,
  path: readonly string[],
  severity: Finding['severity'],
  code: string,
  message: string,
  hint?: string,
): Finding {
  return {
    severity,
    code,
    file,
    path: path.join('.'),
    ...front.placeOf(path),
    message,
    ...(hint === undefined ? {} : { hint }),
  };
}
