// Those whom a provider asks, in memory: they outlive the process that asked. One of each kind, and each knows what it was asked.
import { defined } from '../../src/support/index.ts';
import { Webhook } from 'standardwebhooks';
import type { PersonaResult, Provider, Reply, Strategy, Ticket } from '../../src/personas/index.ts';
import { checkResult } from '../../src/personas/result/parse-result.ts';
import type { Reach } from './crash-points.ts';
import { oneAfterTheOther } from './one-after-the-other.ts';
import type { Life } from './waiting-world.ts';

/** How answers of a kind arrive. */
export type Kind = 'immediate' | 'poll' | 'callback' | 'stream' | 'person';

/** Somebody who is asked. */
export interface OtherSide {
  /** What one of its answers takes. */
  readonly costUsd: string;
  /** Who is named with what it says, where anybody is. */
  readonly login?: string;
  /** What the step says that it waits for. */
  readonly waitsFor: 'ticket' | 'answer';
  /** Every request that reached it, in order; the same one sent twice stands there twice. */
  readonly sends: string[];
  /** Requests it was told nobody waits for. */
  readonly released: string[];
  /** Looks for an answer, empty ones included. */
  looks(): number;
  /** So many of them are enough to see that looking changes nothing. */
  readonly manyLooks: number;
  /** Its answers are there for who looks once more. */
  readonly keepsAnswers?: boolean;
  /** What it makes of a request; undefined: it goes on thinking. Replaced by tests. */
  work: (requestId: string) => string | undefined;
  /** Its answer is there now. */
  finish(requestId: string, body: string): void;
  /** What a process talks to it with. */
  client(reach: Reach): Provider;
  /** The process that its answers reach; undefined: none lives. */
  process: Pick<Life, 'url' | 'store'> | undefined;
  /** Calls back as it would; gives the status. For forged ones: another secret. */
  callBack(requestId: string, body: string, secret?: string): Promise<number>;
  /** Hands in what is not received yet. */
  settle(): Promise<void>;
  /** Ends it. Absent: there is nothing to end. */
  close?(): Promise<void>;
}

interface Asked {
  readonly callback?: { readonly url: string; readonly secret: string };
  answer?: string;
  received: boolean;
}

/** One of a kind. It takes a request once, by its id, however often it is sent. */
export function createOtherSide(kind: Exclude<Kind, 'person'>): OtherSide {
  const asked = new Map<string, Asked>();
  const subscribers = new Set<(requestId: string, reply: Reply) => Promise<void>>();
  let looks = 0;

  const side: OtherSide = {
    costUsd: '0.4',
    waitsFor: 'ticket',
    sends: [],
    released: [],
    looks: () => looks,
    manyLooks: 20,
    keepsAnswers: kind === 'poll',
    work: () => undefined,
    process: undefined,
    finish(requestId, body) {
      const one = asked.get(requestId);
      if (one === undefined) throw new Error(`nobody asked ${requestId}`);
      one.answer = body;
      if (kind === 'callback' || kind === 'stream') void side.settle();
    },
    client,
    callBack: (requestId, body, secret) => {
      const { callback } = asked.get(requestId) ?? {};
      return callBackTo(side.process, { callback, requestId, body, secret });
    },
    settle: oneAfterTheOther(settle),
  };
  return side;

  async function settle(): Promise<void> {
    for (const [id, one] of asked) {
      const { answer, received } = one;
      if (answer === undefined || received) continue;
      try {
        if (kind === 'callback') one.received = (await side.callBack(id, answer)) < 500;
        // acknowledged only when it is kept
        if (kind === 'stream')
          for (const deliver of subscribers) await deliver(id, replyOf(answer)).then(() => (one.received = true));
      } catch {
        // nobody was there to take it: it is sent again
      }
    }
  }

  function send(ticket: Ticket, callback: Asked['callback']): void {
    const { requestId } = ticket;
    side.sends.push(requestId);
    if (asked.has(requestId)) return;
    const answer = side.work(requestId);
    asked.set(requestId, {
      received: false,
      ...defined({ callback, answer }),
    });
    if (answer !== undefined) setImmediate(() => void side.settle());
  }

  function client(reach: Reach): Provider {
    async function ask(
      ticket: Ticket,
      callback: Asked['callback'],
    ): Promise<{ waiting: Ticket } | { answer: PersonaResult }> {
      reach('before provider.send');
      send(ticket, callback);
      reach('after provider.send');
      const { answer } = asked.get(ticket.requestId) ?? {};
      if (kind === 'immediate') return { answer: read(replyOf(answer ?? '')) };
      return {
        waiting: {
          ...ticket,
          keeps: { job: `job of ${ticket.requestId}` },
          ...(kind === 'poll' ? { nextLookAt: 0 } : {}),
        },
      };
    }
    return {
      name: 'other',
      strategies: new Set<Strategy>([kind]),
      ...(kind === 'callback' ? { callsBack: true } : {}),
      check: () => Promise.resolve([]),
      start: (_task, ticket, { callback }) => ask(ticket, callback),
      async resume(_task, { ticket, reply }, { callback }) {
        return reply === undefined ? ask(ticket, callback) : { answer: read(reply) };
      },
      async release({ requestId }) {
        reach('before provider.release');
        side.released.push(requestId);
        reach('after provider.release');
      },
      async look(ticket, { clock }) {
        reach('before provider.look');
        looks += 1;
        const { answer } = asked.get(ticket.requestId) ?? {};
        return answer === undefined
          ? { waiting: { ...ticket, nextLookAt: clock.now() + 1 } }
          : { reply: replyOf(answer) };
      },
      ...(kind === 'stream' ? { listen } : {}),
    };
    function listen(deliver: (requestId: string, reply: Reply) => Promise<void>): () => Promise<void> {
      subscribers.add(deliver);
      void side.settle();
      return async () => {
        subscribers.delete(deliver);
      };
    }
  }
}

/** Calls the process back as a service would; gives the status. Rejects where nobody can be called. */
export async function callBackTo(
  process: OtherSide['process'],
  call: {
    readonly callback: Asked['callback'];
    readonly requestId: string;
    readonly body: string;
    readonly secret: string | undefined;
  },
): Promise<number> {
  const { callback, requestId, body, secret } = call;
  if (process === undefined || callback === undefined) throw new Error('nobody can be called back');
  const at = new Date();
  const response = await fetch(`${process.url}${new URL(callback.url).pathname}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': requestId,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret ?? callback.secret).sign(requestId, at, body),
    },
    body,
  });
  return response.status;
}

function replyOf(body: string): Reply {
  return { body: Buffer.from(body), mediaType: 'application/json' };
}

function read({ body }: Reply): PersonaResult {
  try {
    return checkResult(JSON.parse(Buffer.from(body).toString('utf8')));
  } catch {
    return checkResult(undefined);
  }
}
