// JSON values, and one canonical text and hash for them. Never reads or writes files.
import { createHash } from 'node:crypto';

/** Any value that survives JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** The value as JSON text with sorted keys, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? 'null';
}

/** sha256 of the canonical JSON, 64 hex digits. */
export function hashJson(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** sha256 of text or bytes, 64 hex digits. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Whether a value of unknown origin is a plain object (not null, not an array). */
export function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A deep copy that holds only what JSON can hold: what is read back after a restart equals what was kept in memory. */
export function toJson(value: unknown): Json {
  // JSON.parse of JSON.stringify yields JSON by definition.
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json);
}

/** The value, with everything in it fixed: it is shared, so nobody writes to it. */
export function frozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const item of Object.values(value)) frozen(item);
  return Object.freeze(value);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted(value[key])]),
  );
}
