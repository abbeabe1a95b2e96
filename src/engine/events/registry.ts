// Finds the kind of an event, and reads and writes what is stored of it. Knows no kind itself.
import { isObject, schemaCheck, schemaProblem, TroupeError } from '../../support/index.ts';
import type { Json, JsonObject, SchemaCheck } from '../../support/index.ts';
import { text } from '../model/messages.ts';
import type { EventKind, EventSource, Recorded } from './event-kind.ts';
import { kinds } from './list.ts';
import type { EventType, ExternalEvent, RunEvent } from './types.ts';

/** A kind whose data nobody looks into. */
type AnyKind = EventKind<string, unknown, EventSource>;

// Who folds an event gives it to the kind of its own type.
const byType: ReadonlyMap<string, AnyKind> = new Map(kinds.map((kind) => [kind.type, kind as unknown as AnyKind]));

/** Every event type there is. */
export const eventTypes: readonly EventType[] = kinds.map(({ type }) => type);

/** Whether an event comes from outside the drive loop. */
export function isExternal(type: EventType): type is ExternalEvent['type'] {
  return byType.get(type)?.sources.includes('outside') === true;
}

/** The kind of an event. Throws where there is none: a newer Troupe wrote it, and what it means is not to be guessed. */
export function kindOf(event: Pick<Recorded<string, unknown>, 'type' | 'run' | 'seq'>): AnyKind {
  const kind = byType.get(event.type);
  if (kind === undefined) throw unreadable(text.unknownEvent(event));
  return kind;
}

/** The key in stored data that tells its version, where it is not the first. */
const versionKey = '$version';

/** The data of an event as it is stored. */
export function storedData(type: EventType, data: JsonObject): JsonObject {
  const version = byType.get(type)?.version ?? 1;
  return version === 1 ? data : { ...data, [versionKey]: version };
}

const checks = new WeakMap<AnyKind, SchemaCheck<Json>>();

/** An event from a store. Throws where it is none that this Troupe knows: nothing is left out in silence. */
export function readEvent(event: Recorded<string, Json>): RunEvent {
  const kind = kindOf(event);
  // A kind of that name has data of that shape: the check has just said so.
  return { ...event, data: readData(kind, event) } as unknown as RunEvent;
}

function readData(kind: AnyKind, event: Recorded<string, Json>): Json {
  const { data } = event;
  const { [versionKey]: version = 1, ...rest } = isObject(data) ? data : {};
  if (typeof version !== 'number' || version > kind.version)
    throw unreadable(text.newerEvent(event, JSON.stringify(version)));
  const read = version === kind.version ? (version === 1 ? data : (rest as JsonObject)) : upgraded(kind, rest, version);
  const check = checks.get(kind) ?? schemaCheck<Json>(kind.schema, { allErrors: false });
  checks.set(kind, check);
  if (check(read)) return read;
  const [problem] = check.errors;
  throw unreadable(
    text.badEvent(event, problem === undefined ? '' : `${problem.instancePath} ${schemaProblem(problem)}`),
  );
}

function upgraded(kind: AnyKind, data: Readonly<Record<string, unknown>>, version: number): Json {
  // what is left of JSON is JSON
  return kind.upgrade?.(data as JsonObject, version) ?? (data as JsonObject);
}

function unreadable(message: string): TroupeError {
  return new TroupeError('engine/unknown-event', message, { hint: text.unknownEventHint() });
}
