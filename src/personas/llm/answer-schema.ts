// The shape of a result as a model is asked for it: small enough for what vendors take, and never stricter than what Troupe takes. Pure.
import { isObject } from '../../support/index.ts';
import type { JsonObject } from '../../support/index.ts';

const text = { type: 'string' };

/** The schema of the answer. `outputs`: what the persona and the step want of them. */
export function answerSchema(outputs: readonly JsonObject[]): JsonObject {
  return {
    type: 'object',
    properties: {
      status: { type: 'string', enum: ['pass', 'fail', 'error'] },
      summary: { type: 'string', description: 'One to five sentences for the people who read the pull request.' },
      outputs: outputsSchema(outputs),
      findings: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            path: text,
            startLine: { type: 'integer' },
            endLine: { type: 'integer' },
            level: { type: 'string', enum: ['notice', 'warning', 'failure'] },
            message: text,
          },
          required: ['path', 'message'],
        },
      },
      noop: { type: 'string', description: 'The reason, if the right thing was to change nothing.' },
      next: {
        type: 'object',
        properties: {
          action: { type: 'string', enum: ['proceed', 'ask', 'skip', 'stop'] },
          reason: text,
          questions: { type: 'array', items: text },
        },
        required: ['action'],
      },
    },
    required: ['status', 'summary', ...(outputs.length === 0 ? [] : ['outputs'])],
  };
}

/** One schema as it is; of several, which may hold at once, only the names: all of them are checked when the answer is there. */
function outputsSchema(schemas: readonly JsonObject[]): JsonObject {
  const [first, ...others] = schemas;
  if (first === undefined) return { type: 'object', description: 'What later steps need.' };
  if (others.length === 0) return { type: 'object', ...first };
  const merged = schemas.flatMap((schema) => (isObject(schema['properties']) ? [schema['properties']] : []));
  const required = schemas.flatMap((schema) => (Array.isArray(schema['required']) ? schema['required'] : []));
  return {
    type: 'object',
    // JSON read from JSON
    properties: Object.assign({}, ...merged) as JsonObject,
    required: [...new Set(required)],
  };
}
