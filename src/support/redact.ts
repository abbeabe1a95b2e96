// The redaction gate: what leaves the process passes here. Known secret values go in whatever form they have, then by pattern.
import { setImmediate as turn } from 'node:timers/promises';
import { isObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { createTextRedactor, mark } from './redaction/index.ts';

/** Removes secrets from text and JSON. */
export interface Redactor {
  /**
   * Makes the value known as a secret, and all that is one in it: lines, values of JSON, bodies of keys. Values shorter than six characters
   * are not taken: they would eat ordinary words. With `lifeMs` it is forgotten some minutes after so many milliseconds: what expires by itself.
   */
  add(secret: string, lifeMs?: number): void;
  text(text: string): string;
  /** The first characters of a text, as they are in the whole: a secret that is cut in two leaves no half. Looks at little more than them. */
  head(text: string, characters: number): string;
  /** The last ones. */
  tail(text: string, characters: number): string;
  /** The value without secrets; the very same one when there are none in it. */
  json(value: Json): Json;
  /**
   * Looks through all texts of a value in turns of the event loop, however long they are: redacting the same ones next, as a whole or one by
   * one, holds nobody up any more.
   */
  lookThrough(value: Json): Promise<void>;
  /**
   * Which of the known values stand in the bytes, by number: the same number means the same value, in whatever form. No patterns, and no
   * values that read like a setting (`production`, an address): ordinary files hold both.
   */
  secretsIn(bytes: Uint8Array): ReadonlySet<number>;
}

/** Names that are remembered: those of our own shapes, and some of people's. */
const mostNames = 2_000;
const longestName = 64;
const soundsSecret = /key|token|secret|passw|authorization|cookie/i;
const secretName = /(^|[_-])(api[_-]?key|token|secret|password|passwd|private[_-]?key|authorization|cookie)$/;

/** A redactor that knows the given values. `now`: milliseconds that nobody sets back. */
export function createRedactor(secrets: Iterable<string> = [], now?: () => number): Redactor {
  const { add: addValue, ...texts } = createTextRedactor(now);
  const gate = createJsonGate(texts.text);
  function add(secret: string, lifeMs?: number): void {
    if (addValue(secret, lifeMs)) gate.forget();
  }
  for (const secret of secrets) add(secret);
  return { ...texts, add, json: gate.json, lookThrough: (value) => lookThroughAll(value, texts.lookThrough) };
}

/** So many characters of short texts are looked through at once. */
const inOneTurn = 64 * 1024;

async function lookThroughAll(value: Json, lookThrough: (text: string) => Promise<void>): Promise<void> {
  const open: Json[] = [value];
  let characters = 0;
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one === 'string') {
      characters += one.length;
      await lookThrough(one);
    } else if (typeof one === 'object' && one !== null) for (const part of partsOf(one)) open.push(part);
    if (characters < inOneTurn) continue;
    await turn();
    characters = 0;
  }
}

/** What stands in a list or an object, names included. */
function partsOf(value: JsonObject | readonly Json[]): readonly Json[] {
  return isObject(value) ? Object.entries(value as JsonObject).flat() : value; // what is no object is a list
}

/** Redacts JSON, and remembers what it has looked through. */
function createJsonGate(text: (value: string) => string) {
  // What was looked through and held nothing. Not state: without it every answer would be the same.
  let plainNames = new Map<string, boolean>();
  let cleanValues = new WeakSet<object>();
  function forget(): void {
    plainNames = new Map();
    cleanValues = new WeakSet();
  }
  function json(value: Json): Json {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null || cleanValues.has(value)) return value;
    const kept = isObject(value) ? object(value as JsonObject) : list(value); // what is no object is a list
    // Nobody can change it any more: the definition that a thousand runs share is looked through once.
    if (kept === value && Object.isFrozen(value) && Object.values(value).every(isForGood)) cleanValues.add(value);
    return kept;
  }
  function object(value: JsonObject): Json {
    const keys = Object.keys(value);
    let changed: [string, Json][] | undefined;
    for (const [index, key] of keys.entries()) {
      const item = value[key] as Json; // it has this key
      const isPlain = isPlainName(key);
      const name = isPlain ? key : text(key);
      const kept = !isPlain && typeof item === 'string' && item !== '' && isSecretName(key) ? mark : json(item);
      if (changed === undefined && (name !== key || kept !== item))
        changed = keys.slice(0, index).map((before) => [before, value[before] as Json]); // the same
      changed?.push([name, kept]);
    }
    // Who gave it sees that nothing was in it.
    return changed === undefined ? value : Object.fromEntries(changed);
  }
  function list(items: Extract<Json, readonly Json[]>): Json {
    const kept = items.map(json);
    return kept.every((item, index) => item === items[index]) ? items : kept;
  }
  /** Neither holds a secret nor names one. */
  function isPlainName(key: string): boolean {
    const told = plainNames.get(key);
    if (told !== undefined) return told;
    const isPlain = text(key) === key && !isSecretName(key);
    if (plainNames.size < mostNames && key.length <= longestName) plainNames.set(key, isPlain);
    return isPlain;
  }
  function isForGood(item: Json): boolean {
    return typeof item !== 'object' || item === null || cleanValues.has(item);
  }
  return { json, forget };
}

/** `API_KEY`, `github-token` and `accessToken` name a secret; `tokens`, `inputTokens` and `tokenizer` do not. */
function isSecretName(key: string): boolean {
  return soundsSecret.test(key) && secretName.test(key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase());
}
