// Writes the part of GitHub's OpenAPI description that the local GitHub checks requests against. Never fetches anything.
//
//   npm install --prefix /tmp/openapi @octokit/openapi
//   node scripts/generate-openapi-subset.ts /tmp/openapi/node_modules/@octokit/openapi/generated/api.github.com.json
import { readFileSync, writeFileSync } from 'node:fs';
import { routeNames } from '../src/local-github/routes/index.ts';

type Node = Readonly<Record<string, unknown>>;

const [source] = process.argv.slice(2);
if (source === undefined) {
  process.stderr.write('usage: node scripts/generate-openapi-subset.ts <api.github.com.json>\n');
  process.exit(2);
}

const description = objectOf(JSON.parse(readFileSync(source, 'utf8')));
const target = new URL('../src/local-github/traffic/openapi.generated.json', import.meta.url);
const schemas: Record<string, unknown> = {};
const operations = Object.fromEntries(
  routeNames()
    .filter((name) => name !== 'POST /graphql')
    .map((name) => [name, operationOf(name)]),
);
const version = objectOf(description['info'])['version'];
const text = JSON.stringify({ source: `GitHub REST API ${String(version)}`, operations, schemas });
writeFileSync(target, `${text}\n`);
process.stdout.write(`${Object.keys(operations).length} operations, ${Math.ceil(text.length / 1024)} KB\n`);

function operationOf(name: string) {
  const [method = '', path = ''] = name.split(' ');
  const item = objectOf(objectOf(description['paths'])[path], name);
  const operation = objectOf(item[method.toLowerCase()], name);
  const parameters = [...listOf(item['parameters']), ...listOf(operation['parameters'])].map(resolved);
  const query = parameters.filter((parameter) => parameter['in'] === 'query');
  const body = operation['requestBody'] === undefined ? undefined : resolved(operation['requestBody']);
  return {
    query: Object.fromEntries(query.map((parameter) => [parameter['name'], slim(parameter['schema'])])),
    requiredQuery: query.filter((parameter) => parameter['required'] === true).map((parameter) => parameter['name']),
    ...(body === undefined ? {} : { body: slim(jsonSchemaOf(body)), bodyRequired: body['required'] === true }),
    responses: responsesOf(operation),
  };
}

/** Success answers only. */
function responsesOf(operation: Node): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [status, response] of Object.entries(objectOf(operation['responses']))) {
    const schema = status.startsWith('2') ? jsonSchemaOf(resolved(response)) : undefined;
    if (schema !== undefined) found[status] = slim(schema);
  }
  return found;
}

function jsonSchemaOf(holder: Node): unknown {
  const content = holder['content'];
  return content === undefined ? undefined : objectOf(objectOf(content)['application/json'] ?? {})['schema'];
}

/** The schema without prose, and every schema it refers to kept once. */
function slim(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(slim);
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (
      ['description', 'example', 'examples', 'deprecated', 'externalDocs', 'title', 'default'].includes(key) &&
      typeof value !== 'object'
    )
      continue;
    if (key === 'example' || key === 'examples' || key.startsWith('x-')) continue;
    kept[key] =
      key === 'properties'
        ? Object.fromEntries(Object.entries(objectOf(value)).map(([name, inner]) => [name, slim(inner)]))
        : slim(value);
  }
  const reference = kept['$ref'];
  if (typeof reference === 'string') keep(reference);
  return modern(kept);
}

/** OpenAPI 3.0 says `nullable` where JSON Schema says `null`; and its `oneOf`s overlap. */
function modern(schema: Record<string, unknown>): unknown {
  const { nullable, oneOf, ...rest } = schema;
  const loose = oneOf === undefined ? rest : { ...rest, anyOf: oneOf };
  return nullable === true ? { anyOf: [loose, { type: 'null' }] } : loose;
}

function keep(reference: string): void {
  const name = reference.replace('#/components/schemas/', '');
  if (name in schemas) return;
  schemas[name] = {};
  schemas[name] = slim(objectOf(objectOf(description['components'])['schemas'])[name]);
}

function resolved(value: unknown): Node {
  const node = objectOf(value);
  const reference = node['$ref'];
  if (typeof reference !== 'string') return node;
  let at: unknown = description;
  for (const part of reference.replace('#/', '').split('/')) at = objectOf(at)[part];
  return objectOf(at, reference);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function objectOf(value: unknown, what = 'an object'): Node {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`The description lacks ${what}`);
  // checked in the line above
  return value as Node;
}
