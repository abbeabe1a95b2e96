// A webhook request → the delivery that the inbox keeps: its lane and the key of what happened. Pure.
import { hashJson, isObject } from '../support/index.ts';
import type { Json } from '../support/index.ts';
import type { Delivery } from './ports/inbox.ts';

/** Headers as node gives them: lower-case names. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The delivery of a request; undefined when the delivery id or the event name is missing or malformed. */
export function deliveryOf(headers: RequestHeaders, payload: Json, receivedAt: number): Delivery | undefined {
  const id = headers['x-github-delivery'];
  const event = headers['x-github-event'];
  if (typeof id !== 'string' || !/^[\w-]{1,100}$/.test(id)) return undefined;
  if (typeof event !== 'string' || !/^[a-z\d_]{1,100}$/.test(event)) return undefined;
  return {
    id,
    event,
    action: textAt(payload, 'action') ?? null,
    installationId: numberAt(payload, 'installation', 'id') ?? null,
    repositoryId: numberAt(payload, 'repository', 'id') ?? null,
    number: numberOf(payload) ?? null,
    logicalKey: logicalKeyOf(event, payload),
    payload,
    receivedAt,
  };
}

/** Events that only their delivery id tells apart (decision 12). */
const keyless = new Set(['check_run', 'check_suite', 'push']);
/** A state, not a happening: whoever hears of it looks whether it is there. On, off and on again within a second is heard three times. */
const stateLabel = 'troupe:paused';
/** The object that an event is about: the most specific one that it carries. */
const objects = ['comment', 'review', 'pull_request', 'issue', 'discussion', 'release'] as const;
const times = ['updated_at', 'submitted_at', 'created_at'] as const;

/**
 * The same for the same happening under two delivery ids (a repository hook and the App both send it); null where
 * only the delivery id counts, or where the object carries no time of its own.
 */
export function logicalKeyOf(event: string, payload: Json): string | null {
  if (keyless.has(event) || textAt(payload, 'label', 'name')?.toLowerCase() === stateLabel) return null;
  const name = objects.find((candidate) => isObject(valueAt(payload, candidate)));
  if (name === undefined) return null;
  const id = numberAt(payload, name, 'id');
  const time = times.map((key) => textAt(payload, name, key)).find((value) => value !== undefined);
  if (id === undefined || time === undefined) return null;
  // GitHub's times have whole seconds: what else happened to the object in the same second differs in one of these.
  const whole = hashJson([
    event,
    textAt(payload, 'action') ?? '',
    name,
    id,
    time,
    textAt(payload, 'pull_request', 'head', 'sha') ?? '',
    textAt(payload, 'label', 'name') ?? '',
    textAt(payload, 'assignee', 'login') ?? '',
    textAt(payload, 'requested_reviewer', 'login') ?? textAt(payload, 'requested_team', 'slug') ?? '',
    valueAt(payload, 'changes') ?? null,
    numberAt(payload, 'sender', 'id') ?? textAt(payload, 'sender', 'login') ?? '',
  ]);
  // 128 bits tell all deliveries apart; the index over them is written at a new place for each.
  return whole.slice(0, 32);
}

function numberOf(payload: Json): number | undefined {
  const direct = ['issue', 'pull_request', 'discussion'].map((name) => numberAt(payload, name, 'number'));
  const found = direct.find((number) => number !== undefined);
  if (found !== undefined) return found;
  const listed = ['check_run', 'check_suite'].map((name) => valueAt(payload, name, 'pull_requests'));
  const [first]: readonly unknown[] = listed.find(Array.isArray) ?? [];
  return isObject(first) && typeof first['number'] === 'number' ? first['number'] : undefined;
}

function valueAt(value: unknown, ...keys: readonly string[]): unknown {
  let current = value;
  for (const key of keys) current = isObject(current) ? current[key] : undefined;
  return current;
}

function numberAt(value: unknown, ...keys: readonly string[]): number | undefined {
  const found = valueAt(value, ...keys);
  return typeof found === 'number' && Number.isSafeInteger(found) ? found : undefined;
}

function textAt(value: unknown, ...keys: readonly string[]): string | undefined {
  const found = valueAt(value, ...keys);
  return typeof found === 'string' ? found : undefined;
}
