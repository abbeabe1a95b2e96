// YAML text checked against a JSON Schema, with line and column for every mistake. Knows no particular file.
import type { ErrorObject, SchemaObject } from 'ajv';
import { keptDigits } from '../../definition/index.ts';
import type { Finding } from '../../definition/index.ts';
import { isObject, nearest, schemaCheck, schemaProblem, defined } from '../../support/index.ts';
import type { Json, JsonObject, SchemaCheck } from '../../support/index.ts';
import { childPath, pathOfNames, readYaml } from '../../yaml/index.ts';
import type { SourceDocument } from '../../yaml/index.ts';
import { fileMessages } from '../common/messages.ts';

/** A file that is read: its schema, and the paths (`labels.*.fields`) where any value may stand. */
export interface YamlForm {
  readonly schema: SchemaObject;
  readonly free: readonly string[];
}

/** The value, or everything that is wrong with the text. An empty text is an empty object. `findings`: what is odd about it. */
export function checkedYaml<T>(
  text: string,
  file: string,
  form: YamlForm,
):
  | { readonly ok: true; readonly value: T; readonly findings?: readonly Finding[] }
  | { readonly ok: false; readonly findings: readonly Finding[] } {
  const document = readYaml(text);
  const problems = document.problems.filter(({ code }) => code !== 'syntax/empty');
  const syntax = problems.map((problem) => ofSyntax(problem, file));
  if (syntax.length > 0 && document.value === undefined) return { ok: false, findings: syntax };
  const warnings: Finding[] = [];
  const value = withDigits(document.value ?? {}, form.free, (path, found) =>
    keptDigits(found, {
      path,
      written: (at) => document.written(at),
      report: (one) => {
        warnings.push({
          severity: 'warning',
          code: one.code,
          file,
          path: one.path,
          ...document.positionOf(one.path, 'value'),
          message: fileMessages.plain(one.message),
          ...defined({ hint: one.hint }),
        });
      },
    }),
  );
  const validate = checkOf<T>(form.schema);
  const fits = validate(value);
  if (fits && syntax.length === 0) return { ok: true, value, ...(warnings.length === 0 ? {} : { findings: warnings }) };
  const schema = fits ? [] : validate.errors.map((error) => ofSchema(error, { document, file, schema: form.schema }));
  const findings = [...syntax, ...schema];
  return { ok: false, findings: findings.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

/** A finding about a value that the schema has passed, with its place in the text. */
export function findingAt(text: string, file: string, about: { path: readonly string[]; message: string }): Finding {
  const at = readYaml(text).positionOf(pathOfNames(about.path), 'value');
  return { severity: 'error', code: 'schema/value', file, path: about.path.join('.'), ...at, message: about.message };
}

const checks = new WeakMap<SchemaObject, SchemaCheck<unknown>>();

/** Compiled once for each schema: every event reads a file, and compiling takes longer than everything else about it. */
function checkOf<T>(schema: SchemaObject): SchemaCheck<T> {
  const known = checks.get(schema) ?? schemaCheck<unknown>(schema);
  checks.set(schema, known);
  return known as SchemaCheck<T>; // the caller names the type that its schema describes
}

/** The value with what stands at the free paths changed. */
function withDigits(value: Json, free: readonly string[], change: (path: string, value: Json) => Json): Json {
  function at(found: Json, path: string, pattern: readonly string[]): Json {
    const [next, ...rest] = pattern;
    if (next === undefined) return change(path, found);
    if (!isObject(found)) return found;
    return Object.fromEntries(
      // what comes out of a YAML file is JSON
      Object.entries(found as JsonObject).map(([key, item]) => {
        const isMeant = next === '*' || next === key;
        return [key, isMeant ? at(item, childPath(path, key), rest) : item];
      }),
    );
  }
  return free.reduce((changed, path) => at(changed, '', path.split('.')), value);
}

function ofSyntax(
  { code, path, line, column, message, hint }: SourceDocument['problems'][number],
  file: string,
): Finding {
  const isBroken = code === 'syntax/yaml' || code === 'syntax/duplicate-key' || code === 'syntax/tag';
  return {
    severity: 'error',
    code,
    file,
    path,
    line,
    column,
    message:
      code === 'syntax/too-large'
        ? fileMessages.tooLarge()
        : isBroken
          ? fileMessages.syntax(message)
          : fileMessages.plain(message),
    ...(hint === undefined || code === 'syntax/too-large' ? {} : { hint }),
  };
}

interface Read {
  readonly document: SourceDocument;
  readonly file: string;
  readonly schema: SchemaObject;
}

function ofSchema(error: ErrorObject, { document, file, schema }: Read): Finding {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const unknown = error.keyword === 'additionalProperties' ? String(error.params['additionalProperty']) : undefined;
  const where = path.join('.');
  const place = pathOfNames([...path, ...(unknown === undefined ? [] : [unknown])]);
  const base = { severity: 'error', file, path: where } as const;
  const at = document.positionOf(place, unknown === undefined ? 'value' : 'key');
  if (unknown === undefined) {
    const written = error.keyword === 'type' && error.params['type'] === 'string' ? document.written(place) : undefined;
    return {
      ...base,
      ...at,
      code: 'schema/value',
      message: fileMessages.value(where, problemOf(error)),
      ...(written === undefined || written === 'null' || written === '~' ? {} : { hint: fileMessages.quotes(written) }),
    };
  }
  const near = nearest(unknown, keysAt(schema, path));
  return {
    ...base,
    ...at,
    code: 'schema/unknown-key',
    message: fileMessages.unknownKey(unknown, where),
    ...(near === undefined ? {} : { hint: fileMessages.didYouMean(near) }),
  };
}

function problemOf(error: ErrorObject): string {
  return error.keyword === 'pattern' ? fileMessages.form() : schemaProblem(error);
}

/** The keys the schema knows at a path. */
function keysAt(schema: unknown, path: readonly string[]): string[] {
  let at: unknown = schema;
  for (const part of path) {
    if (!isObject(at)) return [];
    const properties = at['properties'];
    const patterns = at['patternProperties'];
    if (isObject(properties) && part in properties) at = properties[part];
    else if (isObject(patterns)) at = Object.values(patterns)[0];
    else at = at['items'];
  }
  return isObject(at) && isObject(at['properties']) ? Object.keys(at['properties']) : [];
}
