// Holds requests against GitHub's published OpenAPI description (a generated subset). Never changes a request.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import * as formats from 'ajv-formats';
import { isObject } from '../../support/index.ts';

/** Says what is wrong with a request or an answer. */
export interface OpenApiGuard {
  /** `path` as in GitHub's reference. Empty when the request is as described. */
  checkRequest(
    method: string,
    path: string,
    request: { readonly query: Readonly<Record<string, string>>; readonly body: unknown },
  ): readonly string[];
  /** What a success answer lacks. Empty where the description says nothing. */
  checkResponse(
    method: string,
    path: string,
    response: { readonly status: number; readonly body: unknown },
  ): readonly string[];
}

interface Operation {
  readonly query?: Readonly<Record<string, unknown>>;
  readonly requiredQuery?: readonly string[];
  readonly body?: unknown;
  readonly bodyRequired?: boolean;
  readonly responses?: Readonly<Record<string, unknown>>;
}

interface Subset {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly schemas: Readonly<Record<string, unknown>>;
}

let shared: OpenApiGuard | undefined;

/** A guard over the subset that `scripts/generate-openapi-subset.ts` wrote; the description is read and compiled once per process. */
export function createOpenApiGuard(): OpenApiGuard {
  return (shared ??= newGuard());
}

function newGuard(): OpenApiGuard {
  const subset = readSubset();
  // formats of answers such as `uri` would only check addresses of this machine
  const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false, validateFormats: true, logger: false });
  formats.default.default(ajv, ['date-time', 'email']);
  ajv.addSchema({ $id: 'github', components: { schemas: subset.schemas } });
  const compiled = new Map<string, ValidateFunction>();

  function problems(key: string, schema: unknown, value: unknown): string[] {
    let validate = compiled.get(key);
    if (validate === undefined) {
      // the generator writes `#/components/schemas/…`; inside one document they are `github#/…`
      validate = ajv.compile(absolute(schema));
      compiled.set(key, validate);
    }
    return validate(value) ? [] : (validate.errors ?? []).map(describe);
  }

  return {
    checkRequest(method, path, request) {
      const name = `${method} ${path}`;
      if (path === '/graphql') return [];
      const operation = subset.operations[name];
      if (operation === undefined) return [`${name} is not in the description`];
      const asked = { name, operation, subset, problems };
      return [...checkQuery(asked, request.query), ...checkBody(asked, request.body)];
    },
    checkResponse(method, path, response) {
      const name = `${method} ${path}`;
      const operation = subset.operations[name];
      if (operation === undefined) return [`${name} is not in the description`];
      const schema = operation.responses?.[String(response.status)];
      return schema === undefined ? [] : problems(`${name} ${response.status}`, schema, response.body);
    },
  };
}

interface Asked {
  readonly name: string;
  readonly operation: Operation;
  readonly subset: Subset;
  readonly problems: (key: string, schema: unknown, value: unknown) => string[];
}

function checkQuery({ name, operation, problems }: Asked, query: Readonly<Record<string, string>>): string[] {
  const found: string[] = [];
  for (const needed of operation.requiredQuery ?? []) if (!(needed in query)) found.push(`query: ${needed} is missing`);
  for (const [key, text] of Object.entries(query)) {
    const schema = operation.query?.[key];
    if (schema === undefined) found.push(`query: ${key} is not a parameter of ${name}`);
    else
      found.push(
        ...problems(`${name} ?${key}`, schema, coerced(schema, text)).map((problem) => `query: ${key}${problem}`),
      );
  }
  return found;
}

function checkBody({ name, operation, subset, problems }: Asked, body: unknown): string[] {
  if (operation.body === undefined)
    return body === undefined || (isObject(body) && Object.keys(body).length === 0)
      ? []
      : ['body: none is allowed here'];
  if (body === undefined) return operation.bodyRequired === true ? problems(name, operation.body, {}) : [];
  const known = propertiesOf(subset, operation.body);
  const unknown = known === undefined || !isObject(body) ? [] : Object.keys(body).filter((key) => !known.has(key));
  return [
    ...problems(name, operation.body, body).map((problem) => `body${problem}`),
    ...unknown.map((key) => `body: ${key} is not a property of ${name}`),
  ];
}

/** All property names that a schema knows; undefined when it takes anything. GitHub ignores unknown ones in silence. */
function propertiesOf(subset: Subset, schema: unknown): Set<string> | undefined {
  if (!isObject(schema)) return undefined;
  const reference = schema['$ref'];
  if (typeof reference === 'string') return propertiesOf(subset, subset.schemas[reference.split('/').at(-1) ?? '']);
  const names = new Set(Object.keys(isObject(schema['properties']) ? schema['properties'] : {}));
  for (const key of ['allOf', 'anyOf', 'oneOf']) {
    const parts = schema[key];
    if (Array.isArray(parts))
      for (const part of parts) for (const name of propertiesOf(subset, part) ?? []) names.add(name);
  }
  return names.size === 0 ? undefined : names;
}

function coerced(schema: unknown, text: string): unknown {
  const type = isObject(schema) ? schema['type'] : undefined;
  if ((type === 'integer' || type === 'number') && /^-?\d+$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function absolute(schema: unknown): object {
  const text = JSON.stringify(schema).replaceAll('"#/components/schemas/', '"github#/components/schemas/');
  const value: unknown = JSON.parse(text);
  return isObject(value) ? value : {};
}

function describe(error: ErrorObject): string {
  const detail = error.keyword === 'enum' ? `: ${JSON.stringify(error.params['allowedValues'])}` : '';
  return `${error.instancePath} ${error.message ?? error.keyword}${detail}`;
}

function readSubset(): Subset {
  const text = readFileSync(new URL('./openapi.generated.json', import.meta.url), 'utf8');
  // written by our own script in this shape
  return JSON.parse(text) as Subset;
}
