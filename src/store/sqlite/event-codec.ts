// One event ↔ its row. Large values leave the row: of definitions into a table they share, all others into blobs. Never writes.
import { readEvent, storedData } from '../../engine/index.ts';
import type { NewEvent, RunEvent } from '../../engine/index.ts';
import { byteLength, isObject, sha256 } from '../../support/index.ts';
import type { Json, JsonObject, RunId, StepPath } from '../../support/index.ts';
import type { Row } from './database.ts';
import { storeMessages } from './messages.ts';

/** Values with a longer JSON text are kept outside the row (decision 17). */
export const largeValueBytes = 8_192;

/** An event ready to be written. */
export interface EncodedEvent {
  /** The event as it will be read back: redacted. */
  readonly event: NewEvent;
  readonly data: string;
  /** JSON list of the places in `data` that hold a reference; null when there is none. */
  readonly refs: string | null;
  readonly blobs: readonly StoredValue[];
  readonly parts: readonly StoredValue[];
  /** Blobs that the event names itself: artifacts, replies. */
  readonly named: readonly string[];
}

/** A value that lies outside the row. */
export interface StoredValue {
  readonly sha256: string;
  readonly json: string;
}

type ValuePath = readonly string[];
type Kind = 'text' | 'list' | 'object';

/** The event as row and values beside it. */
export function encodeEvent(event: NewEvent, redact: ((json: Json) => Json) | undefined): EncodedEvent {
  // Event data is JSON by contract of the union.
  const whole = event.data as unknown as JsonObject;
  // Redaction keeps the shape of what it is given: an object stays an object.
  const data = redact === undefined ? whole : (redact(whole) as JsonObject);
  // What is stored tells its version as well.
  const stored = storedData(event.type, data);
  // The data was replaced by its redacted copy of the same shape.
  const kept = redact === undefined ? event : ({ ...event, data } as unknown as NewEvent);
  const named = namedBlobs(event);
  // Nearly always small, but for what starts a run.
  const text = event.type === 'run.created' ? undefined : JSON.stringify(stored);
  if (text !== undefined && text.length <= largeValueBytes)
    return { event: kept, data: text, refs: null, blobs: [], parts: [], named };
  const paths: ValuePath[] = [];
  const values: StoredValue[] = [];
  const marker = event.type === 'run.created' ? '$part' : '$blob';
  const small = moveOut(stored, [], (value, path) => {
    const stored = outsideOf(value);
    if (stored === undefined) return value;
    paths.push(path);
    values.push(stored);
    return { [marker]: stored.sha256, kind: kindOf(value) };
  });
  return {
    event: kept,
    data: JSON.stringify(small),
    refs: paths.length === 0 ? null : JSON.stringify(paths),
    blobs: marker === '$blob' ? values : [],
    parts: marker === '$part' ? values : [],
    named,
  };
}

/** A reply stays as long as the run whose step read it. */
function namedBlobs(event: NewEvent): readonly string[] {
  if (event.type === 'artifact.added') return [event.data.sha256];
  return event.type === 'ticket.answered' && event.data.reply !== undefined ? [event.data.reply.sha256] : [];
}

/** How `decodeEvent` finds the values outside the row; undefined when one is gone. */
export interface ValueSource {
  blob(sha256: string): Promise<string | undefined>;
  /** Parsed; the same object for all who ask, so nobody writes to it. */
  part(sha256: string): Json | undefined;
}

/** The event of a row. Rows without references need no waiting. */
export function decodeEvent(run: RunId, row: Row, source: ValueSource): RunEvent | Promise<RunEvent> {
  // Rows are written by encodeEvent alone, so the text parses to what it was given.
  const data = JSON.parse(String(row['data'])) as JsonObject;
  const refs = row['refs'];
  if (typeof refs !== 'string') return assemble(run, row, data);
  // `refs` was written by encodeEvent: a list of lists of keys.
  return resolve(data, JSON.parse(refs) as ValuePath[], source).then((resolved) => assemble(run, row, resolved));
}

function assemble(run: RunId, row: Row, data: Json): RunEvent {
  return readEvent({
    type: String(row['type']),
    // Paths and counts were typed when the event was appended.
    ...(row['step'] === null ? {} : { step: row['step'] as StepPath }),
    ...(row['attempt'] === null ? {} : { attempt: Number(row['attempt']) }),
    data,
    run,
    seq: Number(row['seq']),
    at: Number(row['at']),
  });
}

/**
 * Replaces large values below the second level, so that the outline of an event (which step, which verdict) always stays
 * in its row, and text at any level.
 */
function moveOut(value: Json, path: ValuePath, replace: (value: Json, path: ValuePath) => Json): Json {
  if (path.length >= 2 || !isObject(value)) return replace(value, path);
  // An object of Json holds Json.
  const entries = Object.entries(value) as [string, Json][];
  return Object.fromEntries(entries.map(([key, item]) => [key, moveOut(item, [...path, key], replace)]));
}

// A value that nobody can change any more has one text. Not state: without it every answer would be the same.
const texts = new WeakMap<object, StoredValue>();

/** The value as it is stored outside its row; undefined while it is small enough to stay. */
function outsideOf(value: Json): StoredValue | undefined {
  // Numbers, booleans, and what an optional key does not say.
  if ((typeof value !== 'object' && typeof value !== 'string') || value === null) return undefined;
  const known = typeof value === 'object' ? texts.get(value) : undefined;
  if (known !== undefined) return known;
  const json = JSON.stringify(value);
  if (json.length <= largeValueBytes && byteLength(json) <= largeValueBytes) return undefined;
  const stored = { sha256: sha256(json), json };
  if (typeof value === 'object' && Object.isFrozen(value)) texts.set(value, stored);
  return stored;
}

async function resolve(data: Json, paths: readonly ValuePath[], source: ValueSource): Promise<Json> {
  let result = data;
  for (const path of paths) {
    const found = await valueAt(at(result, path), source);
    result = withValue(result, path, found);
  }
  return result;
}

async function valueAt(reference: Json | undefined, source: ValueSource): Promise<Json> {
  if (!isObject(reference)) return null;
  const { $blob: blob, $part: part, kind } = reference;
  if (typeof part === 'string') {
    const value = source.part(part);
    if (value !== undefined) return value;
  }
  const json = typeof blob === 'string' ? await source.blob(blob) : undefined;
  // The bytes are what encodeEvent made with JSON.stringify; the blob store checks their hash.
  if (json !== undefined) return JSON.parse(json) as Json;
  if (kind === 'list') return [];
  return kind === 'object' ? {} : storeMessages.removedValue;
}

function at(value: Json | undefined, path: ValuePath): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  // An object of Json holds Json.
  return isObject(value) ? at(value[key] as Json | undefined, rest) : undefined;
}

function withValue(value: Json, path: ValuePath, replacement: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  if (!isObject(value)) return value;
  // An object of Json holds Json.
  return { ...(value as JsonObject), [key]: withValue((value[key] ?? null) as Json, rest, replacement) };
}

function kindOf(value: Json): Kind {
  if (Array.isArray(value)) return 'list';
  return isObject(value) ? 'object' : 'text';
}
