// A worker: takes requests of one persona, says while it works that it does, and hands each answer in once. What the work is others know.
import { messageOf, sleep } from '../../support/index.ts';
import type { Clock, Logger } from '../../support/index.ts';
import { mostDeliveries, workersGroup } from './keys.ts';
import { ensureGroup, entriesIn, entriesOf, runScript } from './line.ts';
import type { Entry, StreamLine } from './line.ts';
import { streamMessages as say } from './messages.ts';
import { finishScript, heartbeatScript } from './scripts.ts';

/** What a worker is made of. */
export interface Worker {
  readonly persona: string;
  /** Its own name, which no other worker has. */
  readonly name: string;
  /** Opens a connection of its own. */
  open(): Promise<StreamLine>;
  /** Does one piece of work: the body of a request → the text of an answer; none is no result. Aborted when nobody waits, or another has taken it over. Whoever rejects once the worker is to end gives the request back. */
  work(body: string, signal: AbortSignal): Promise<string>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Who says nothing for so long has lost its request to another. Default: 60 s. */
  readonly idleMs?: number;
  /** How often it says that it works. Default: a third of `idleMs`. */
  readonly beatMs?: number;
}

const usualIdleMs = 60_000;
const readMs = 2_000;
const answerSeconds = 7 * 24 * 3_600;

/** Works until the signal: one request at a time. One that was begun is ended first. */
export async function runWorker(worker: Worker, signal: AbortSignal): Promise<void> {
  const { clock, log } = worker;
  while (!signal.aborted) {
    let line: StreamLine | undefined;
    try {
      line = await worker.open();
      await ensureGroup(line, worker.persona);
      while (!signal.aborted) await workOnce(worker, line, signal);
    } catch (error) {
      if (signal.aborted) return;
      log.warn({ error: messageOf(error) }, 'the worker cannot reach Redis; it tries again');
      await sleep(clock, 1_000, signal).catch(() => undefined);
    } finally {
      line?.redis.close();
    }
  }
}

/** Takes at most one request: one that another worker has lost goes first. */
async function workOnce(worker: Worker, line: StreamLine, signal: AbortSignal): Promise<void> {
  const entry = (await reclaimed(worker, line)) ?? (await next(worker, line));
  if (entry === undefined) return;
  const place = { worker, line, entry, requestId: entry.fields['request_id'] ?? '' };
  const deliveries = await deliveriesOf(place);
  if (deliveries > mostDeliveries) {
    const error = { class: 'failed', message: say.poison(deliveries - 1) };
    await finish(place, JSON.stringify({ status: 'error', error }), 'dead');
    return;
  }
  await attend(place, { deliveries, signal });
}

/** A request in this worker's hands. */
interface Held {
  readonly worker: Worker;
  readonly line: StreamLine;
  readonly entry: Entry;
  readonly requestId: string;
}

async function attend(
  held: Held,
  { deliveries, signal }: { readonly deliveries: number; readonly signal: AbortSignal },
): Promise<void> {
  const { worker, line, entry } = held;
  const { log, idleMs = usualIdleMs, beatMs = Math.floor(idleMs / 3) } = worker;
  const { ref } = entry.fields;
  const body = ref === undefined ? entry.fields['body'] : textOf(await line.redis.command(['GET', ref]));
  const ending = new AbortController();
  const pulse = beat(held, ending, Math.max(1, beatMs));
  try {
    if ((await heartbeat(held)) !== 'mine') {
      await finish(held, '');
      return;
    }
    const answer =
      body !== undefined
        ? await worker.work(body, ending.signal)
        : JSON.stringify({ status: 'error', error: { class: 'failed', message: 'the request is not there any more' } });
    // who was taken over hands nothing in: Redis refuses it
    const handed = await finish(held, answer === '' ? '{}' : answer);
    if (handed !== 'done') log.warn({ request: held.requestId }, 'another worker has this request by now');
  } catch (error) {
    if (ending.signal.aborted) await finish(held, '');
    else if (signal.aborted) await giveBack(held, deliveries);
    else throw error;
  } finally {
    pulse();
  }
}

/** Who ends in order takes no delivery with it: the next worker has the request at once. */
function giveBack({ worker, line, entry }: Held, deliveries: number): Promise<unknown> {
  const { persona, name, idleMs = usualIdleMs } = worker;
  const words = ['XCLAIM', line.keys.requests(persona), workersGroup, name, '0', entry.id];
  const retries = String(Math.max(0, deliveries - 1));
  return line.redis.command([...words, 'IDLE', String(idleMs), 'RETRYCOUNT', retries, 'JUSTID']);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Says again and again that somebody works on it. The way to stop. */
function beat(held: Held, ending: AbortController, everyMs: number): () => void {
  const { clock, log } = held.worker;
  let drop: () => void = () => undefined;
  const arm = (): void => {
    drop = clock.after(everyMs, () => void once());
  };
  async function once(): Promise<void> {
    try {
      const found = await heartbeat(held);
      if (found !== 'mine') ending.abort(new Error(String(found)));
    } catch (error) {
      log.debug({ error: messageOf(error) }, 'a heartbeat was not heard');
    }
    if (!ending.signal.aborted) arm();
  }
  arm();
  return () => drop();
}

function heartbeat({ worker, line, entry, requestId }: Held): Promise<unknown> {
  return runScript(line.redis, heartbeatScript, {
    keys: [line.keys.requests(worker.persona), line.keys.cancelled(requestId)],
    args: [workersGroup, worker.name, entry.id],
  });
}

/** Hands in; without an answer it puts the request away, for nobody waits. */
function finish({ worker, line, entry, requestId }: Held, answer: string, how: 'dead' | '' = ''): Promise<unknown> {
  const { keys, redis } = line;
  return runScript(redis, finishScript, {
    keys: [
      keys.requests(worker.persona),
      keys.done(requestId),
      keys.results,
      keys.sent(requestId),
      keys.body(requestId),
      keys.dead,
    ],
    args: [workersGroup, worker.name, entry.id, requestId, answer, String(answerSeconds), how],
  });
}

async function reclaimed(worker: Worker, { redis, keys }: StreamLine): Promise<Entry | undefined> {
  const { persona, name, idleMs = usualIdleMs } = worker;
  const words = ['XAUTOCLAIM', keys.requests(persona), workersGroup, name, String(idleMs), '0', 'COUNT', '1'];
  const answer = await redis.command(words);
  return Array.isArray(answer) ? entriesOf(answer[1])[0] : undefined;
}

async function next({ persona, name }: Worker, { redis, keys }: StreamLine): Promise<Entry | undefined> {
  const words = ['XREADGROUP', 'GROUP', workersGroup, name, 'COUNT', '1', 'BLOCK', String(readMs), 'STREAMS'];
  return entriesIn(await redis.command([...words, keys.requests(persona), '>']))[0];
}

/** How often it was given to a worker, this time included. */
async function deliveriesOf({ worker, line, entry }: Held): Promise<number> {
  const { id } = entry;
  const found = await line.redis.command(['XPENDING', line.keys.requests(worker.persona), workersGroup, id, id, '1']);
  const [held] = Array.isArray(found) ? (found as readonly unknown[]) : [];
  return Array.isArray(held) ? Number(held[3]) : 1;
}
