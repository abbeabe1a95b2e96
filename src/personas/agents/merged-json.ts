// JSON of a variable within other JSON of it: what an operator and Troupe both tell an agent, neither over the other. Pure.
import { isObject, parseJson } from '../../support/index.ts';

/** `said` within `own`, above it where both say something. What is no JSON of an object gives way: an agent would not have read it either. */
export function mergedJson(own: string | undefined, said: string): string {
  const [before, now] = [objectIn(own ?? ''), objectIn(said)];
  return before === undefined || now === undefined ? said : JSON.stringify(merged(before, now));
}

function merged(own: Readonly<Record<string, unknown>>, said: Readonly<Record<string, unknown>>): object {
  const both = Object.entries(said).map(([name, value]): readonly [string, unknown] => {
    const before = Object.hasOwn(own, name) ? own[name] : undefined;
    return [name, isObject(before) && isObject(value) ? merged(before, value) : value];
  });
  return Object.fromEntries([...Object.entries(own), ...both]);
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
