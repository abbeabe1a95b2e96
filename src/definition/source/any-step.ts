// A step of no known type: every key that any step has, so that all else about it is still checked. Pure.
import type { JsonObject } from '../../support/index.ts';
import { writtenKinds } from './step-kind.ts';
import type { StepKinds } from './step-kind.ts';

/** What stands for the type of such a step. */
export const anyStepType = '?';

/** Its schema. */
export function anyStepSchema(kinds: StepKinds): JsonObject {
  const keys = Object.fromEntries(writtenKinds(kinds).flatMap(({ schema }) => Object.entries(schema.properties)));
  return {
    type: 'object',
    required: ['id'],
    // a schema is JSON
    properties: { ...keys, type: {} } as unknown as JsonObject,
    additionalProperties: false,
  };
}
