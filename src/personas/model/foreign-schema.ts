// Schemas that people wrote for what a persona hands in: compiled once each, with one compiler. A compiler of its own for each costs a quarter of a second.
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';

/** Schemas that are kept; with one more all are forgotten, and the compiler with them. */
const mostSchemas = 200;

const compiled = new Map<string, ValidateFunction>();
let shared: Ajv | undefined;

/** The check that the schema describes. Throws ajv's words when it is none. */
export function compileForeign(schema: object): ValidateFunction {
  const key = JSON.stringify(schema);
  const known = compiled.get(key);
  if (known !== undefined) return known;
  if (compiled.size >= mostSchemas) {
    compiled.clear();
    shared = undefined;
  }
  const check = compile(schema);
  compiled.set(key, check);
  return check;
}

function compile(schema: object): ValidateFunction {
  shared ??= makeCompiler();
  try {
    return shared.compile(schema);
  } catch {
    // two schemas may give one name to different things: that is no mistake of either
    return makeCompiler().compile(schema);
  }
}

function makeCompiler(): Ajv {
  return new Ajv({ allErrors: true, strict: false, logger: false, addUsedSchema: false });
}
