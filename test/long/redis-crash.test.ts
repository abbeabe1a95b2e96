// Twelve requests behind a real Redis, while workers are killed and frozen, one request is poison, Redis dies and comes back, and so does who asked.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createProviders, parseProviderConfigs, transports } from '../../src/personas/index.ts';
import type { Provider, ProviderContext, Reply, Ticket } from '../../src/personas/index.ts';
import { createRedactor, silentLogger, systemClock } from '../../src/support/index.ts';
import type { Json } from '../../src/support/index.ts';
import { eventually } from '../support/patience.ts';
import { servicesWith } from '../support/provider-services.ts';
import { startRedis } from '../support/redis-server.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { hasRedis } from '../support/requirements.ts';
import { startWorkers } from '../support/stream-workers.ts';
import type { StreamWorkers } from '../support/stream-workers.ts';
import { taskIn } from '../suites/provider-contract.ts';

const prefix = 'crash';
const idleMs = 4_000;
const ids = Array.from({ length: 12 }, (_none, at) => `rcrash:step${at}:1`);
const poison = ids[5] ?? '';

describe.skipIf(!hasRedis)('Redis and its workers', () => {
  let dir: string;
  let redis: RedisServer;
  let workers: StreamWorkers | undefined;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'redis-crash-'));
    redis = await startRedis();
  });
  afterEach(async () => {
    await workers?.stop();
    await redis.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  /** A process that asks: what it has heard by itself. */
  function asker(): { provider: Provider; heard: Map<string, Reply[]>; die(): Promise<void> } {
    const entry = { transport: 'stream', url: redis.url, prefix };
    const { configs } = parseProviderConfigs({ crash: entry }, { baseDir: '/', transports });
    const provider = createProviders(configs, servicesWith(), transports).get('crash');
    if (provider?.listen === undefined) throw new Error('its entry makes no provider that listens');
    const heard = new Map<string, Reply[]>();
    const deliver = async (id: string, reply: Reply): Promise<void> =>
      void heard.set(id, [...(heard.get(id) ?? []), reply]);
    return { provider, heard, die: provider.listen(deliver, context) };
  }

  const context: ProviderContext = {
    signal: new AbortController().signal,
    clock: systemClock,
    log: silentLogger,
    redactor: createRedactor(),
    sandbox: { tier: 'env', isBoundary: false, limitsMemory: false, open: never, run: never },
    progress: () => undefined,
  };

  test('twelve requests, twelve results: one of them says that it was given up', async () => {
    const first = asker();
    const tickets = await Promise.all(ids.map((id) => ask(first.provider, id)));
    const place = { url: redis.url, prefix, persona: 'code-reviewer', journal: join(dir, 'begun') };
    workers = startWorkers(['anna', 'bert', 'carl', 'dora'], { ...place, idleMs, workMs: 700 });
    const { begun, signal } = workers;

    // one is killed with a request in hand, another frozen
    const [, killed] = await eventually(() => begun().find(([id]) => id !== poison) ?? fail());
    signal(killed, 'SIGKILL');
    const [, frozen] = await eventually(
      () => begun().findLast(([id, who]) => id !== poison && placeOf(who) !== placeOf(killed)) ?? fail(),
    );
    signal(frozen, 'SIGSTOP');

    // Redis dies and comes back with what it kept; who asked dies as well, and the next one makes sure that everything was sent
    await redis.signal('SIGKILL');
    await first.die();
    await redis.start();
    const second = asker();
    const again = await Promise.all(
      tickets.map((ticket) => second.provider.resume(taskFor(ticket.requestId), { ticket }, context)),
    );
    expect(again.every((answer) => 'waiting' in answer)).toBe(true);

    const answers = await eventually(async () => {
      const found = await Promise.all(ids.map((id) => redis.command('GET', `${prefix}:done:${id}`)));
      // who was frozen wakes when others have its request, or it never had one by then
      if (found.filter((one) => one !== null).length > 8) signal(frozen, 'SIGCONT');
      return found.every((one) => typeof one === 'string') ? found : fail();
    });
    const statuses = answers.map((one) => (JSON.parse(one) as { readonly status: string }).status);
    expect(statuses).toEqual(ids.map((id) => (id === poison ? 'error' : 'pass')));
    expect(answers.map((one, at) => one.includes(ids[at] ?? '') || ids[at] === poison)).not.toContain(false);

    // nothing lies there any more, and each was answered once
    expect(await redis.command('XLEN', `${prefix}:code-reviewer`)).toBe(0);
    const told = (await redis.command('XRANGE', `${prefix}:results`, '-', '+')) as [string, [string, string]][];
    expect(told.map(([, [, id]]) => id).toSorted()).toEqual(ids.toSorted());
    const dead = (await redis.command('XRANGE', `${prefix}:dead`, '-', '+')) as [string, string[]][];
    expect(dead.map(([, fields]) => fields[1])).toEqual([poison]);
    expect(begun().filter(([id]) => id === poison)).toHaveLength(3);

    // who was frozen goes on, and hands nothing in a second time
    signal(frozen, 'SIGCONT');
    const looked = await Promise.all(tickets.map(async (ticket) => second.provider.look?.(ticket, context)));
    expect(looked.filter((found) => found !== undefined && 'reply' in found)).toHaveLength(12);
    await eventually(() => (second.heard.size > 0 ? true : fail()));
    for (const [, replies] of second.heard) expect(new Set(replies.map(textOf)).size).toBe(1);
    await second.die();
    expect(await redis.command('XLEN', `${prefix}:results`)).toBe(12);
  });

  async function ask(provider: Provider, requestId: string): Promise<Ticket> {
    const ticket = { requestId, provider: 'crash', strategy: 'stream', deadline: Date.now() + 3_600_000 } as const;
    const answer = await provider.start(taskFor(requestId), ticket, context);
    return 'waiting' in answer ? answer.waiting : fail();
  }
});

function taskFor(requestId: string) {
  const inputs: Json = requestId === poison ? { poison: true } : {};
  const task = taskIn('/nowhere');
  return { ...task, persona: { ...task.persona, id: 'code-reviewer' }, requestId, inputs };
}

function placeOf(worker: string): string {
  return worker.replace(/-\d+$/, '');
}

function textOf({ body }: Reply): string {
  return Buffer.from(body).toString('utf8');
}

function never(): never {
  throw new Error('nobody starts anything here');
}

function fail(): never {
  throw new Error('not yet');
}
