// A reply of a service as a result: what it hands in is held against the contract, whatever its status was. Pure.
import { isObject, parseJson } from '../../support/index.ts';
import type { PersonaResult, PersonaTask, Reply } from '../model/types.ts';
import { checkResult, parseResult } from '../result/parse-result.ts';

/** The result. A body that is one JSON object is read as such; anything else as the words of a persona that hold one. */
export function readReply(
  task: Pick<PersonaTask, 'text' | 'persona' | 'outputSchemas'>,
  { body }: Reply,
): PersonaResult {
  const schemas = task.outputSchemas ?? (task.persona.outputs === undefined ? [] : [task.persona.outputs]);
  const text = Buffer.from(body).toString('utf8');
  const value = objectIn(text);
  return value === undefined ? parseResult({ output: text, prompt: task.text }, schemas) : checkResult(value, schemas);
}

/** A result with a bundle in it is larger than a log is read, and has no words around it. */
function objectIn(text: string): object | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
