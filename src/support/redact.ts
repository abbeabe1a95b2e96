// The redaction gate: what leaves the process passes here. Known secret values go in whatever form they have, then by pattern.
import { isObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { createSecretFinder } from './secret-finder.ts';
import { formsOf, shortest } from './secret-forms.ts';

/** Removes secrets from text and JSON. */
export interface Redactor {
  /** Makes the value known as a secret. Values shorter than six characters are not taken: they would eat ordinary words. */
  add(secret: string): void;
  text(text: string): string;
  /** The value without secrets; the very same one when there are none in it. */
  json(value: Json): Json;
  /**
   * Which of the known values stand in the bytes, by number: the same number means the same value, in whatever form. No patterns, and no
   * values that read like a setting (`production`, an address): ordinary files hold both.
   */
  secretsIn(bytes: Uint8Array): ReadonlySet<number>;
}

const mark = '[redacted]';
/** Names that are remembered: those of our own shapes, and some of people's. */
const mostNames = 2_000;
const longestName = 64;
const patterns: readonly RegExp[] = [
  /gh[pousr]_[A-Za-z0-9._-]{20,}/g,
  /github_pat_[A-Za-z0-9_]{20,}/g,
  // `risk-assessment-of-…` holds `sk-…` and is no key; in JSON text a key may follow the n of an escaped line end
  /(?<=^|[^A-Za-z0-9]|\\[nrt])sk-(?=[A-Za-z0-9_-]*[A-Z0-9])[A-Za-z0-9_-]{20,}/gm,
  /xai-[A-Za-z0-9]{20,}/g,
  /AIza[A-Za-z0-9_-]{35}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g,
];
/** What every pattern begins with: most text holds none of it. */
const suspicious = /gh[pousr]_|github_pat_|sk-|xai-|AIza|-----BEGIN |eyJ/;
const soundsSecret = /key|token|secret|passw|authorization|cookie/i;
const secretName = /(^|[_-])(api[_-]?key|token|secret|password|passwd|private[_-]?key|authorization|cookie)$/;

/** A redactor that knows the given values. */
export function createRedactor(secrets: Iterable<string> = []): Redactor {
  let known: readonly string[] = [];
  // What was looked through and held nothing. Not state: without it every answer would be the same.
  let plainNames = new Map<string, boolean>();
  let cleanValues = new WeakSet<object>();
  const finder = createSecretFinder();
  function add(secret: string): void {
    finder.add(secret);
    known = longestFirst(new Set([...known, ...formsOf(secret)]));
    plainNames = new Map();
    cleanValues = new WeakSet();
  }
  for (const secret of secrets) add(secret);
  function text(value: string): string {
    if (value.length < shortest) return value;
    let result = value;
    for (const form of known) if (result.includes(form)) result = result.replaceAll(form, mark);
    if (suspicious.test(result)) for (const pattern of patterns) result = result.replace(pattern, mark);
    return result;
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
  return { add, text, json, secretsIn: finder.find };
}

/** `API_KEY`, `github-token` and `accessToken` name a secret; `tokens`, `inputTokens` and `tokenizer` do not. */
function isSecretName(key: string): boolean {
  return soundsSecret.test(key) && secretName.test(key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase());
}

function longestFirst(values: Iterable<string>): string[] {
  return [...values].toSorted((a, b) => b.length - a.length);
}
