// Reads a persona back from the copy that a run keeps. Never reads files.
import { isObject } from '../../support/index.ts';
import type { Json } from '../../support/index.ts';
import type { Persona } from '../model/types.ts';

/** The persona in the run's own copy, which `copyOf` wrote; undefined when it is not there. */
export function personaOf(copy: Json, id: string): Persona | undefined {
  if (!isObject(copy) || !Object.hasOwn(copy, id)) return undefined;
  const found: unknown = copy[id];
  if (!isObject(found) || typeof found['prompt'] !== 'string' || !Array.isArray(found['tools'])) return undefined;
  // written by `copyOf` from a checked Persona, which is plain JSON
  return found as unknown as Persona;
}
