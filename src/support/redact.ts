// The redaction gate: what leaves the process passes here. Known secret values go in five encodings, then by pattern.
import { isObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';

/** Removes secrets from text and JSON. */
export interface Redactor {
  /** Makes the value known as a secret. Values shorter than six characters are not taken: they would eat ordinary words. */
  add(secret: string): void;
  text(text: string): string;
  /** The value without secrets; the very same one when there are none in it. */
  json(value: Json): Json;
}

/** Shorter values are not taken as secrets, and no pattern is shorter. */
const shortest = 6;
const mark = '[redacted]';
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
  function add(secret: string): void {
    known = longestFirst(new Set([...known, ...encodings(secret)]));
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
    if (Array.isArray(value)) return list(value);
    if (!isObject(value)) return value;
    const keys = Object.keys(value);
    let changed: [string, Json][] | undefined;
    for (const [index, key] of keys.entries()) {
      const item = value[key] as Json; // an object of Json holds Json
      const name = text(key);
      const kept = typeof item === 'string' && item !== '' && isSecretName(key) ? mark : json(item);
      if (changed === undefined && (name !== key || kept !== item))
        changed = keys.slice(0, index).map((before) => [before, value[before] as Json]); // the same
      changed?.push([name, kept]);
    }
    // Who gave it sees that nothing was in it.
    return changed === undefined ? (value as JsonObject) : Object.fromEntries(changed);
  }
  function list(items: readonly Json[]): Json {
    const kept = items.map(json);
    return kept.every((item, index) => item === items[index]) ? items : kept;
  }
  return { add, text, json };
}

/** `API_KEY`, `github-token` and `accessToken` name a secret; `tokens`, `inputTokens` and `tokenizer` do not. */
function isSecretName(key: string): boolean {
  return soundsSecret.test(key) && secretName.test(key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase());
}

function encodings(secret: string): string[] {
  if (secret.length < shortest) return [];
  const bytes = Buffer.from(secret, 'utf8');
  const forms = [
    secret,
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Array.from(secret).toReversed().join(''),
    // git's basic authentication header carries the token in this form
    Buffer.from(`x-access-token:${secret}`, 'utf8').toString('base64'),
  ];
  return forms.map((form) => form.replace(/=+$/, '')).filter((form) => form.length >= shortest);
}

function longestFirst(values: Iterable<string>): string[] {
  return [...values].toSorted((a, b) => b.length - a.length);
}
