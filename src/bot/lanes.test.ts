import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import type { ManualClock } from '../../test/support/manual-clock.ts';
import type { Coordinator } from '../coordinator/index.ts';
import { openStore } from '../store/index.ts';
import type { Delivery, Inbox, InboxEntry, Store } from '../store/index.ts';
import { createRedactor, silentLogger, toJson, TroupeError } from '../support/index.ts';
import { createProbot, createReceiver } from './app.ts';
import { createLanes, retryDelay } from './lanes.ts';
import type { Lanes, Received } from './lanes.ts';
import { storeEvents } from './probot-run.ts';
import { eventually } from '../../test/support/patience.ts';

const opened: { store: Store; directory: string; lanes?: Lanes }[] = [];
afterEach(async () => {
  for (const { store, directory, lanes } of opened.splice(0)) {
    await lanes?.stop(0);
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  }
});

function delivery(id: string, change: Partial<Delivery> = {}): Delivery {
  return {
    id,
    event: 'issues',
    action: 'labeled',
    installationId: 11,
    repositoryId: 100,
    number: 7,
    logicalKey: null,
    payload: { n: id },
    receivedAt: 1_800_000_000_000,
    ...change,
  };
}

function openIn(directory: string, clock: ManualClock): Promise<Store> {
  // without the timers of the store: those of the lanes are counted here
  const still = { ...clock, after: () => () => {} };
  return openStore({ kind: 'embedded', directory, clock: still, log: silentLogger, owner: { what: 'test' } });
}

async function world(
  receive: (entry: InboxEntry) => Promise<Received>,
  concurrency = 4,
): Promise<{ inbox: Inbox; clock: ManualClock; lanes: Lanes; warned: string[] }> {
  const clock = createManualClock();
  const directory = mkdtempSync(join(tmpdir(), 'troupe-lanes-'));
  const store = await openIn(directory, clock);
  const warned: string[] = [];
  const note = (_fields: object, message: string): void => void warned.push(message);
  const log = { ...silentLogger, warn: note, error: note };
  const lanes = await createLanes({ inbox: store.inbox, receive, clock, log, concurrency });
  opened.push({ store, directory, lanes });
  return { inbox: store.inbox, clock, lanes, warned };
}

/** Work that a test ends when it likes. */
function gate(): { promise: Promise<void>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, open: resolve };
}

const done: Received = { state: 'done', note: 'started' };
const stateOf = async (inbox: Inbox, id: string) => (await inbox.get(id))?.state;

describe('lanes', () => {
  test('a delivery is handed over as soon as it is stored, and what came of it is kept', async () => {
    const { inbox } = await world(async ({ id }) => ({ state: id === 'a' ? 'done' : 'ignored', note: `was ${id}` }));
    await inbox.put(delivery('a'));
    await inbox.put(delivery('b'));
    await eventually(async () => expect(await stateOf(inbox, 'b')).toBe('ignored'));
    expect(await inbox.get('a')).toMatchObject({ state: 'done', lastError: 'was a' });
  });

  test('deliveries of one issue come one after another in order, those of others at the same time', async () => {
    const first = gate();
    const seen: string[] = [];
    const { inbox } = await world(async ({ id }) => {
      seen.push(id);
      if (id === 'a1') await first.promise;
      return done;
    });
    await inbox.put(delivery('a1'));
    await inbox.put(delivery('a2'));
    await inbox.put(delivery('b1', { number: 8 }));
    await inbox.put(delivery('c1', { repositoryId: 200 }));
    await eventually(() => expect(seen.toSorted()).toEqual(['a1', 'b1', 'c1']));
    first.open();
    await eventually(() => expect(seen.at(-1)).toBe('a2'));
  });

  test('no more are handled at once than allowed', async () => {
    const all = gate();
    let now = 0;
    let most = 0;
    const { inbox } = await world(async () => {
      now += 1;
      most = Math.max(most, now);
      await all.promise;
      now -= 1;
      return done;
    }, 3);
    for (let n = 0; n < 10; n += 1) await inbox.put(delivery(`d${n}`, { number: n }));
    await eventually(() => expect(now).toBe(3));
    all.open();
    await eventually(async () => expect(await inbox.list('done', 20)).toHaveLength(10));
    expect(most).toBe(3);
  });

  test('a failing delivery is tried again after 30 s, 2 m, 10 m, 30 m, 2 h, then given up', async () => {
    let tries = 0;
    const { inbox, clock, warned } = await world(async () => {
      tries += 1;
      throw new Error('GitHub is down');
    });
    await inbox.put(delivery('a'));
    for (const [index, minutes] of [0.5, 2, 10, 30, 120].entries()) {
      await eventually(async () => expect(await inbox.get('a')).toMatchObject({ state: 'new', attempts: index + 1 }));
      await eventually(() => expect(clock.pending()).toBe(1));
      clock.advance(minutes * 60_000 - 1);
      expect(tries).toBe(index + 1);
      clock.advance(1);
    }
    await eventually(async () => expect(await stateOf(inbox, 'a')).toBe('dead'));
    expect(await inbox.get('a')).toMatchObject({ attempts: 6, lastError: 'GitHub is down' });
    expect(warned.at(-1)).toBe('A delivery could not be handled and is given up');
  });

  test('a dead one that an operator takes up again is handled', async () => {
    let isDown = true;
    const { inbox, clock } = await world(async () => {
      if (isDown) throw new TroupeError('x/y', 'no', { retryAfterMs: 5 });
      return done;
    });
    await inbox.put(delivery('a'));
    await eventually(async () => expect(await inbox.get('a')).toMatchObject({ state: 'new', attempts: 1 }));
    isDown = false;
    await inbox.retry('a');
    await eventually(async () => expect(await stateOf(inbox, 'a')).toBe('done'));
    expect(clock.now()).toBe(1_800_000_000_000);
  });

  test('one failing delivery holds up no other issue', async () => {
    const { inbox } = await world(async ({ id }) => {
      if (id === 'a') throw new Error('no');
      return done;
    });
    await inbox.put(delivery('a'));
    await inbox.put(delivery('b', { number: 8 }));
    await eventually(async () => expect(await stateOf(inbox, 'b')).toBe('done'));
  });

  test('stopping waits for what is being handled and takes nothing new', async () => {
    const slow = gate();
    const seen: string[] = [];
    const { inbox, lanes } = await world(async ({ id }) => {
      seen.push(id);
      await slow.promise;
      return done;
    });
    await inbox.put(delivery('a'));
    await eventually(() => expect(seen).toEqual(['a']));
    const stopped = lanes.stop(60_000);
    await inbox.put(delivery('b', { number: 8 }));
    slow.open();
    await stopped;
    expect([await stateOf(inbox, 'a'), await stateOf(inbox, 'b'), seen]).toEqual(['done', 'new', ['a']]);
  });

  test('what is not finished in time is handled again at the next start', async () => {
    const never = gate();
    const { inbox, lanes, clock } = await world(async () => {
      await never.promise;
      return done;
    });
    await inbox.put(delivery('a'));
    await eventually(async () => expect(await stateOf(inbox, 'a')).toBe('working'));
    const stopped = lanes.stop(10_000);
    clock.advance(10_000);
    await stopped;
    const seen: string[] = [];
    const [{ store, directory } = expect.fail('no store was opened')] = opened.splice(0);
    await store.close();
    const again = await openIn(directory, clock);
    opened.push({ store: again, directory });
    const next = await createLanes({
      inbox: again.inbox,
      receive: async ({ id }) => {
        seen.push(id);
        return done;
      },
      clock,
      log: silentLogger,
      concurrency: 1,
    });
    await eventually(() => expect(seen).toEqual(['a']));
    await next.stop(0);
    never.open();
  });
});

test.each([
  ['anything', 1, new Error('x'), 30_000],
  ['an object that is not shown yet', 1, new TroupeError('github/not-visible', 'x'), 5_000],
  ['still not shown', 2, new TroupeError('github/not-visible', 'x'), 120_000],
  ['a limit that says how long', 1, new TroupeError('github/rate-limit', 'x', { retryAfterMs: 900_000 }), 900_000],
  ['the sixth time', 6, new Error('x'), null],
])('how long until the next try: %s', (_what, attempts, error, expected) => {
  expect(retryDelay(attempts, error)).toBe(expected);
});

describe('behind Probot', () => {
  const probot = () =>
    createProbot({
      appId: 1,
      privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 })
        .privateKey.export({ type: 'pkcs1', format: 'pem' })
        .toString(),
      webhookSecrets: ['secret'],
      apiUrl: 'https://api.github.com',
      host: 'localhost',
      port: 0,
      dataDir: '/nowhere',
      logLevel: 'silent',
    });
  const entry = (event: string, payload: InboxEntry['payload']): InboxEntry => ({
    ...delivery('d1', { event, payload }),
    state: 'working',
    attempts: 1,
    lastError: null,
    nextAt: 0,
  });

  test('a stored delivery reaches the coordinator as it came, whatever its event', async () => {
    const { receivedAt } = entry('issues', {});
    const handled: unknown[] = [];
    const coordinator: Pick<Coordinator, 'handle'> = {
      async handle(given) {
        handled.push(given);
        return { outcome: given.event === 'issues' ? 'started' : 'ignored', reason: 'because', why: [], runs: [] };
      },
    };
    const receive = createReceiver(probot, coordinator, { redactor: createRedactor(), log: silentLogger });
    expect(await receive(entry('issues', { action: 'labeled' }))).toEqual({ state: 'done', note: 'because' });
    expect(await receive(entry('ping', { zen: 'x' }))).toEqual({ state: 'ignored', note: 'because' });
    expect(await receive(entry('an_event_of_tomorrow', { action: 'x' }))).toEqual({
      state: 'ignored',
      note: 'because',
    });
    expect(handled).toEqual([
      { id: 'd1', event: 'issues', payload: { action: 'labeled' }, receivedAt },
      { id: 'd1', event: 'ping', payload: { zen: 'x' }, receivedAt },
      { id: 'd1', event: 'an_event_of_tomorrow', payload: { action: 'x' }, receivedAt },
    ]);
  });

  test.each([
    { action: 'labeled', installation: { id: 'x' } },
    { action: 'labeled', installation: [] },
    { action: { deep: true }, repository: 7, issue: 'none' },
    { action: 'labeled', installation: { id: -1.5 }, sender: null },
  ])('a payload that is malformed is refused once: %j', async (payload) => {
    const coordinator = {
      handle: async () => ({ outcome: 'ignored', reason: 'no event', why: [], runs: [] }) as const,
    };
    const warned: unknown[] = [];
    const log = { ...silentLogger, warn: (...said: readonly unknown[]) => void warned.push(said) };
    const receive = createReceiver(probot, coordinator, { redactor: createRedactor(), log });
    const received = await receive(entry('issues', toJson(payload)));
    expect(received).toMatchObject({
      state: 'ignored',
      note: expect.stringMatching(/^(no event|its payload is none of an event)$/),
    });
    const sentence = [{ delivery: 'd1', event: 'issues' }, 'A delivery was refused: its payload is none of an event'];
    expect(warned).toEqual(received.note === 'no event' ? [] : [sentence]);
  });

  test('a failure of the coordinator comes out as it is', async () => {
    const failure = new TroupeError('github/not-visible', 'not yet', { class: 'transient' });
    const handle = () => Promise.reject(failure);
    const receive = createReceiver(probot, { handle }, { redactor: createRedactor(), log: silentLogger });
    await expect(receive(entry('issues', { action: 'labeled' }))).rejects.toBe(failure);
  });

  test('under `probot run` an event is stored once, however often it is sent', async () => {
    const { inbox } = await world(async () => done);
    const app = probot();
    storeEvents(app, inbox, createManualClock());
    await app.ready();
    const payload = { action: 'opened', issue: { id: 1, number: 7, updated_at: '2026-11-20T12:00:00Z' } };
    // a payload with what the inbox looks at
    const event = { name: 'issues', payload } as unknown as Omit<Parameters<typeof app.receive>[0], 'id'>;
    for (const id of ['g1', 'g1', 'g2']) await app.receive({ ...event, id } as Parameters<typeof app.receive>[0]); // as above
    await eventually(async () => expect(await inbox.list('done', 10)).toHaveLength(1));
  });
});
