// What Troupe itself does in Redis: sends a request once, finds its answer, hears of answers, takes a request back. Interprets no answer.
import { createHash } from 'node:crypto';
import { isObject } from '../../support/index.ts';
import type { Reply } from '../model/types.ts';
import type { Redis } from './connection.ts';
import { mostInEntry, workersGroup } from './keys.ts';
import type { StreamKeys } from './keys.ts';
import { sendScript } from './scripts.ts';

/** Redis, and the names in it. */
export interface StreamLine {
  readonly redis: Redis;
  readonly keys: StreamKeys;
}

/** What is sent, and for how many seconds it is kept. */
export interface StreamRequest {
  readonly requestId: string;
  readonly persona: string;
  readonly body: string;
  readonly keptSeconds: number;
}

/** Where a request stands. `forgotten`: Redis knows nothing of it any more. */
export type Found = { readonly kind: 'reply'; readonly reply: Reply } | { readonly kind: 'waits' | 'forgotten' };

/** One entry that was read. */
export interface Entry {
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Runs a script by its digest: Redis has it from the first time on. */
export async function runScript(
  redis: Redis,
  script: string,
  { keys, args }: { readonly keys: readonly string[]; readonly args: readonly string[] },
): Promise<unknown> {
  const rest = [String(keys.length), ...keys, ...args];
  const digest = createHash('sha1').update(script).digest('hex');
  try {
    return await redis.command(['EVALSHA', digest, ...rest]);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return redis.command(['EVAL', script, ...rest]);
  }
}

/** The group of the workers is there, from the first request on. */
export async function ensureGroup({ redis, keys }: StreamLine, persona: string): Promise<void> {
  try {
    await redis.command(['XGROUP', 'CREATE', keys.requests(persona), workersGroup, '0', 'MKSTREAM']);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('BUSYGROUP')) throw error;
  }
}

/** Sends a request; one that was sent already is not sent again. */
export async function sendOnce(line: StreamLine, request: StreamRequest): Promise<void> {
  const { keys, redis } = line;
  const { requestId, persona, body, keptSeconds } = request;
  await ensureGroup(line, persona);
  const field = Buffer.byteLength(body) > mostInEntry ? 'ref' : 'body';
  await runScript(redis, sendScript, {
    keys: [keys.sent(requestId), keys.requests(persona), keys.body(requestId), keys.done(requestId)],
    args: [requestId, body, field, String(keptSeconds)],
  });
}

/** Looks for the answer of a request. */
export async function findAnswer({ redis, keys }: StreamLine, requestId: string): Promise<Found> {
  const answer = await redis.command(['GET', keys.done(requestId)]);
  if (typeof answer === 'string') return { kind: 'reply', reply: replyOf(answer) };
  const sent = await redis.command(['EXISTS', keys.sent(requestId)]);
  return { kind: Number(sent) === 1 ? 'waits' : 'forgotten' };
}

/** Nobody waits any more: a worker that has it stops at its next heartbeat, one that gets it puts it away. */
export async function takeBack({ redis, keys }: StreamLine, requestId: string, keptSeconds: number): Promise<void> {
  await redis.command(['SET', keys.cancelled(requestId), '1', 'EX', String(keptSeconds)]);
}

/** Answers that were handed in after `since`, within a time. `$`: from now on. */
export async function hearAnswers(
  { redis, keys }: StreamLine,
  since: string,
  blockMs: number,
): Promise<readonly Entry[]> {
  return entriesIn(
    await redis.command(['XREAD', 'COUNT', '100', 'BLOCK', String(blockMs), 'STREAMS', keys.results, since]),
  );
}

/** The id of the last entry of a stream; of one without any the beginning. */
export async function lastEntry({ redis, keys }: StreamLine): Promise<string> {
  const last = await redis.command(['XREVRANGE', keys.results, '+', '-', 'COUNT', '1']);
  return entriesOf(last)[0]?.id ?? '0-0';
}

/** The entries in an answer of `XREAD` and `XREADGROUP` about one stream, in both versions of the protocol. */
export function entriesIn(answer: unknown): readonly Entry[] {
  if (answer === null || answer === undefined) return [];
  if (Array.isArray(answer)) {
    const [first] = answer as readonly unknown[];
    return Array.isArray(first) ? entriesOf(first[1]) : [];
  }
  if (answer instanceof Map) return entriesOf([...answer.values()][0]);
  return isObject(answer) ? entriesOf(Object.values(answer)[0]) : [];
}

/** A list of entries: an id, and names and values in turn. What was taken away since has none. */
export function entriesOf(list: unknown): readonly Entry[] {
  if (!Array.isArray(list)) return [];
  return (list as readonly unknown[]).flatMap((entry) => {
    if (!Array.isArray(entry) || !Array.isArray(entry[1])) return [];
    const words = (entry[1] as readonly unknown[]).map(String);
    const pairs = words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? ''] as const] : []));
    return [{ id: String(entry[0]), fields: Object.fromEntries(pairs) }];
  });
}

function replyOf(answer: string): Reply {
  return { body: Buffer.from(answer, 'utf8'), mediaType: 'application/json' };
}
