// Reads fields of request bodies that the OpenAPI guard may not have checked. Never trusts a type.
import { isObject } from '../../support/index.ts';
import { HttpError } from './replies.ts';

type Body = Readonly<Record<string, unknown>>;

/** A text field; undefined when it is absent. Throws 422 when it is something else. */
export function optionalText(body: Body, key: string): string | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw wrong(key, 'a string');
}

/** A text field that must be there. */
export function text(body: Body, key: string): string {
  const value = optionalText(body, key);
  if (value === undefined) throw wrong(key, 'supplied');
  return value;
}

/** One of some words; undefined when it is absent. */
export function optionalWord<const Word extends string>(
  body: Body,
  key: string,
  words: readonly Word[],
): Word | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  const found = words.find((word) => word === value);
  if (found === undefined) throw wrong(key, `one of ${words.join(', ')}`);
  return found;
}

/** A list of texts, empty when it is absent. */
export function texts(body: Body, key: string): string[] {
  const value = body[key];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrong(key, 'an array');
  return value.map((item: unknown) => {
    if (typeof item === 'string') return item;
    if (isObject(item) && typeof item['name'] === 'string') return item['name'];
    throw wrong(key, 'an array of strings');
  });
}

/** A list of objects, empty when it is absent. */
export function objects(body: Body, key: string): Body[] {
  const value = body[key];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every(isObject)) throw wrong(key, 'an array of objects');
  return value;
}

/** A whole number from a path. */
export function numberParam(params: Readonly<Record<string, string>>, key: string): number {
  const value = Number(params[key]);
  if (!Number.isSafeInteger(value)) throw new HttpError(404, { message: 'Not Found' });
  return value;
}

function wrong(key: string, wanted: string): HttpError {
  return new HttpError(422, { message: `Invalid request.\n\n"${key}" wasn't ${wanted}.` });
}
