// What the file of a log-in says, and what of it an agent is handed. Pure: the text comes from whoever may read it, and nobody is asked.
import { isObject, parseJson, toJson } from '../../support/index.ts';
import type { Json } from '../../support/index.ts';
import type { LogIn } from './agent.ts';

/** A log-in as it was found. */
export type FoundLogIn =
  | { readonly state: 'none' | 'kept' | 'expired' }
  | {
      readonly state: 'ready';
      /** What is handed over: the value of the variable, or the text of the file. */
      readonly handed: string;
      /** Every text of it that is a secret. */
      readonly secrets: readonly string[];
      /** When it ends, where it says so: milliseconds since 1970. */
      readonly until?: number;
    };

/** Shorter texts in such files are names and kinds, not secrets. */
const shortestSecret = 16;

/** What `text`, the file of the log-in, is worth at that time. */
export function foundLogIn(logIn: LogIn, text: string | undefined, now: number): FoundLogIn {
  const content = text === undefined ? undefined : parsed(text);
  if (content === undefined) return { state: 'none' };
  const handed = logIn.without.reduce<Json>((value, place) => emptied(value, place.split('.')), content);
  const [held] = logIn.holds.flatMap((place) => textsAt(handed, place.split('.')));
  if (held === undefined) return { state: 'none' };
  if (logIn.kept !== undefined) return { state: 'kept' };
  const until = logIn.until === undefined ? undefined : endOf(handed, logIn.until.split('.'));
  if (until !== undefined && until <= now) return { state: 'expired' };
  return {
    state: 'ready',
    handed: logIn.as === undefined ? `${JSON.stringify(handed)}\n` : held,
    secrets: textsIn(handed).filter((one) => one.length >= shortestSecret),
    ...(until === undefined ? {} : { until }),
  };
}

/** Without lines that are comments. */
function withoutComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('//'))
    .join('\n');
}

function parsed(text: string): Json | undefined {
  try {
    // some programs write comments above their JSON
    const value: unknown = parseJson(withoutComments(text));
    return isObject(value) ? toJson(value) : undefined;
  } catch {
    return undefined;
  }
}

/** The value with empty text at the place: who reads it needs the key to be there. A place that holds more than text is left out. */
function emptied(value: Json, [key, ...rest]: readonly string[]): Json {
  if (key === undefined) return '';
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      if (key !== '*' && key !== name) return [[name, inner]];
      if (rest.length === 0 && typeof inner !== 'string') return [];
      return [[name, emptied(inner, rest)]];
    }),
  );
}

/** Every text there is at the place that is not empty. */
function textsAt(value: unknown, [key, ...rest]: readonly string[]): readonly string[] {
  if (key === undefined) return typeof value === 'string' && value.trim() !== '' ? [value] : [];
  const inner: readonly unknown[] = Array.isArray(value) ? (key === '*' ? value : []) : innerOf(value, key);
  return inner.flatMap((one) => textsAt(one, rest));
}

function innerOf(value: unknown, key: string): readonly unknown[] {
  if (!isObject(value)) return [];
  if (key === '*') return Object.values(value);
  return Object.hasOwn(value, key) ? [value[key]] : [];
}

/** The time that stands there; that of a token in it, where it is one. */
function endOf(value: unknown, place: readonly string[]): number | undefined {
  const there = place.reduce<unknown>((inner, key) => innerOf(inner, key)[0], value);
  if (typeof there === 'number') return there;
  const [, payload] = typeof there === 'string' ? there.split('.') : [];
  const claims = payload === undefined ? undefined : parsed(Buffer.from(payload, 'base64url').toString('utf8'));
  const seconds = isObject(claims) ? claims['exp'] : undefined;
  return typeof seconds === 'number' ? seconds * 1_000 : undefined;
}

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap((one: Json) => textsIn(one)) : [];
}
