// JSON Schemas of ours as checks: the first values are looked at by the schema as it is, the check is compiled when it pays. Never for schemas of other people.
import { Ajv } from 'ajv';
import type { ErrorObject, SchemaObject, ValidateFunction } from 'ajv';
import { Check } from 'typebox/schema';

/** Whether a value fits; `errors` tells what is wrong with the last one that did not. */
export interface SchemaCheck<T> {
  (value: unknown): value is T;
  readonly errors: readonly ErrorObject[];
}

/** How thoroughly a check looks. */
export interface SchemaCheckOptions {
  /** Every mistake, not only the first. Default true. */
  readonly allErrors?: boolean;
  /** Errors carry the value and the part of the schema that it broke. */
  readonly verbose?: boolean;
}

/** Values that are looked at without compiling: about as many as cost what compiling does. */
const looks = 20;

/**
 * A check over one of our schemas. A process that sees a few values, as a job or a command does, never compiles it; a value that does not fit
 * is told about in the words of the compiled one.
 */
export function schemaCheck<T>(schema: SchemaObject, options: SchemaCheckOptions = {}): SchemaCheck<T> {
  let compiled: ValidateFunction<T> | undefined;
  let looked = 0;
  const check = (value: unknown): value is T => {
    if (compiled === undefined && looked < looks) {
      looked += 1;
      if (Check(schema, value)) return true;
    }
    compiled ??= compile<T>(schema, options);
    return compiled(value);
  };
  return Object.defineProperty(check, 'errors', { get: () => compiled?.errors ?? [] }) as SchemaCheck<T>; // with the property just given
}

/** What is wrong, as words that follow the name of the value: those of the schema where it lists them, else Ajv's. */
export function schemaProblem({ params, message }: ErrorObject): string {
  const allowed: unknown = params['allowedValues'];
  return Array.isArray(allowed) ? `must be one of ${allowed.join(', ')}` : (message ?? '');
}

function compile<T>(schema: SchemaObject, options: SchemaCheckOptions): ValidateFunction<T> {
  return new Ajv({
    allErrors: true,
    strict: false,
    logger: false,
    ...options,
    // our own schemas are right; checking them first, and making the code shorter, is two thirds of the time
    validateSchema: false,
    code: { optimize: false },
  }).compile<T>(schema);
}
