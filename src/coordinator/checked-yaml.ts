// YAML text checked against a JSON Schema, with line and column for every mistake. Knows no particular file.
import type { ErrorObject, SchemaObject } from 'ajv';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { Finding } from '../definition/index.ts';
import { isObject, messageOf, nearest, schemaCheck, schemaProblem } from '../support/index.ts';
import type { SchemaCheck } from '../support/index.ts';
import { fileMessages } from './messages.ts';

const maxBytes = 256 * 1024;

/** The value, or everything that is wrong with the text. An empty text is an empty object. */
export function checkedYaml<T>(
  text: string,
  file: string,
  schema: SchemaObject,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly findings: readonly Finding[] } {
  if (Buffer.byteLength(text) > maxBytes) return failed([finding(file, 'syntax/too-large', fileMessages.tooLarge())]);
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true, prettyErrors: false });
  const syntax = [...document.errors, ...document.warnings].map((error) => {
    const at = counter.linePos(error.pos[0]);
    return finding(file, 'syntax/yaml', fileMessages.syntax(error.message), { line: at.line, column: at.col });
  });
  if (syntax.length > 0) return failed(syntax);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 }) ?? {};
  } catch (error) {
    return failed([finding(file, 'syntax/yaml', fileMessages.syntax(messageOf(error)))]);
  }
  const validate = checkOf<T>(schema);
  if (validate(value)) return { ok: true, value };
  const findings = validate.errors.map((error) => ofSchema(error, document, counter, file, schema));
  return failed(findings.toSorted((a, b) => a.line - b.line || a.column - b.column));
}

/** A finding about a value that the schema has passed, with its place in the text. */
export function findingAt(text: string, file: string, about: { path: readonly string[]; message: string }): Finding {
  const counter = new LineCounter();
  const at = positionOf(parseDocument(text, { lineCounter: counter }), counter, about.path, false);
  return finding(file, 'schema/value', about.message, at, about.path.join('.'));
}

const checks = new WeakMap<SchemaObject, SchemaCheck<unknown>>();

/** Compiled once for each schema: every event reads a file, and compiling takes longer than everything else about it. */
function checkOf<T>(schema: SchemaObject): SchemaCheck<T> {
  const known = checks.get(schema) ?? schemaCheck<unknown>(schema);
  checks.set(schema, known);
  return known as SchemaCheck<T>; // the caller names the type that its schema describes
}

function failed(findings: readonly Finding[]): { readonly ok: false; readonly findings: readonly Finding[] } {
  return { ok: false, findings };
}

function ofSchema(
  error: ErrorObject,
  document: Document,
  counter: LineCounter,
  file: string,
  schema: SchemaObject,
): Finding {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const unknown = error.keyword === 'additionalProperties' ? String(error.params['additionalProperty']) : undefined;
  const at = positionOf(document, counter, unknown === undefined ? path : [...path, unknown], unknown !== undefined);
  const where = path.join('.');
  if (unknown === undefined)
    return finding(file, 'schema/value', fileMessages.value(where, problemOf(error)), at, where);
  const near = nearest(unknown, keysAt(schema, path));
  return {
    ...finding(file, 'schema/unknown-key', fileMessages.unknownKey(unknown, where), at, where),
    ...(near === undefined ? {} : { hint: fileMessages.didYouMean(near) }),
  };
}

function problemOf(error: ErrorObject): string {
  return error.keyword === 'pattern' ? fileMessages.form() : schemaProblem(error);
}

function positionOf(
  document: Document,
  counter: LineCounter,
  path: readonly string[],
  ofKey: boolean,
): { line: number; column: number } {
  const parent: unknown = path.length === 0 ? document.contents : document.getIn(path.slice(0, -1), true);
  const node: unknown = document.getIn(path, true);
  const key = ofKey ? keyNode(parent, path.at(-1) ?? '') : node;
  const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
  const at = counter.linePos(offset);
  return { line: Math.max(1, at.line), column: Math.max(1, at.col) };
}

function keyNode(parent: unknown, key: string): unknown {
  if (!isObject(parent) || !Array.isArray(parent['items'])) return undefined;
  for (const pair of parent['items']) {
    if (isObject(pair) && isObject(pair['key']) && pair['key']['value'] === key) return pair['key'];
  }
  return undefined;
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

function finding(
  file: string,
  code: string,
  message: string,
  at: { line: number; column: number } = { line: 1, column: 1 },
  path = '',
): Finding {
  return { severity: 'error', code, file, path, line: at.line, column: at.column, message };
}
