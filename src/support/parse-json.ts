// Reads JSON of others: whatever they sent, what comes back can be walked, copied and merged. Never reads files.
import { isObject } from './json.ts';

/** Deeper is no data that anybody means, and walking it would end the program. */
const mostLevels = 200;

/**
 * The value of a JSON text of others. Throws a `SyntaxError` where it is none, is nested more than 200 levels deep, or has
 * a key that would reach the prototype of what it is copied into: what comes back can be walked, copied and merged.
 */
export function parseJson(text: string): unknown {
  // a short text has not so many brackets
  if (text.length > mostLevels && isDeeper(text, mostLevels))
    throw new SyntaxError(`it is nested more than ${mostLevels} levels deep`);
  const value: unknown = JSON.parse(text);
  const key = prototypeKey(text) ? reaching(value) : undefined;
  if (key !== undefined) throw new SyntaxError(`it has the key "${key}", which no data may have`);
  return value;
}

/** Whether brackets outside of texts stand in each other more than `levels` deep. Goes through the text once. */
function isDeeper(text: string, levels: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === quote) at = endOfText(text, at);
    else if (character === openList || character === openObject) {
      depth += 1;
      if (depth > levels) return true;
    } else if (character === closeList || character === closeObject) depth -= 1;
  }
  return false;
}

const [quote, backslash, openList, closeList, openObject, closeObject] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

function endOfText(text: string, start: number): number {
  for (let end = start + 1; end < text.length; end += 1) {
    const character = text.charCodeAt(end);
    if (character === quote) return end;
    if (character === backslash) end += 1;
  }
  return text.length;
}

/** Whether a key can be in there at all, as it is or escaped. */
function prototypeKey(text: string): boolean {
  return text.includes('proto') || text.includes('\\u');
}

function reaching(value: unknown): string | undefined {
  if (Array.isArray(value)) return firstOf(value);
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, '__proto__')) return '__proto__';
  const { constructor: made } = value;
  if (Object.hasOwn(value, 'constructor') && isObject(made) && Object.hasOwn(made, 'prototype'))
    return 'constructor.prototype';
  return firstOf(Object.values(value));
}

function firstOf(values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const found = reaching(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
