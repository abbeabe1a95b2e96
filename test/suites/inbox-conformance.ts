// What every backend of the inbox must do. A backend calls `inboxConformance` from a test file of its own.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../support/manual-clock.ts';
import type { Delivery, TakenDelivery } from '../../src/store/index.ts';

import { afterEveryLease, live } from './store-world.ts';
import type { OpenWorld, StoreProcess, StoreWorld } from './store-world.ts';

function delivery(id: string, change: Partial<Delivery> = {}): Delivery {
  return {
    id,
    event: 'issues',
    action: 'labeled',
    installationId: 5,
    repositoryId: 1,
    number: 7,
    logicalKey: null,
    payload: { hello: 'wörld' },
    receivedAt: 1_000,
    ...change,
  };
}

/** The suite. */
export function inboxConformance(name: string, openWorld: OpenWorld): void {
  describe(`inbox on ${name}`, () => {
    let world: StoreWorld;
    let store: StoreProcess;
    let clock: ReturnType<typeof createManualClock>;

    beforeEach(async () => {
      clock = createManualClock(10_000);
      world = await openWorld();
      store = await world.process(clock);
    });
    afterEach(() => world.remove());

    async function take(now: number): Promise<TakenDelivery> {
      const entry = await store.inbox.take(now);
      if (entry === undefined) throw new Error('nothing to take');
      return entry;
    }

    describe('a delivery', () => {
      test('comes back as it was put in', async () => {
        await store.inbox.put(delivery('a', { logicalKey: 'k' }));
        expect(await store.inbox.get('a')).toEqual({
          ...delivery('a', { logicalKey: 'k' }),
          state: 'new',
          attempts: 0,
          lastError: null,
          nextAt: 1_000,
        });
        expect(await store.inbox.get('b')).toBeUndefined();
      });

      test('is known by its id and by what happened', async () => {
        expect(await store.inbox.put(delivery('a', { logicalKey: 'k' }))).toEqual({ stored: true });
        expect(await store.inbox.put(delivery('a', { logicalKey: 'other' }))).toEqual({ stored: false });
        expect(await store.inbox.put(delivery('b', { logicalKey: 'k' }))).toEqual({ stored: false });
        expect(await store.inbox.put(delivery('b'))).toEqual({ stored: false });
        expect(await store.inbox.put(delivery('c'))).toEqual({ stored: true });
        expect(await store.inbox.put(delivery('d'))).toEqual({ stored: true });
        expect(await Promise.all(['a', 'b', 'c', 'x'].map((id) => store.inbox.has(id)))).toEqual([
          true,
          true,
          true,
          false,
        ]);
        expect((await store.inbox.list('new', 10)).map(({ id }) => id)).toEqual(['a', 'c', 'd']);
      });

      test('tells whoever waits for it', async () => {
        let told = 0;
        const stop = store.inbox.onPut(() => (told += 1));
        await store.inbox.put(delivery('a'));
        await store.inbox.put(delivery('a'));
        expect(told).toBe(1);
        stop();
        await store.inbox.put(delivery('b'));
        expect(told).toBe(1);
      });
    });

    describe('taking', () => {
      test('goes lane by lane, oldest first', async () => {
        await store.inbox.put(delivery('second', { receivedAt: 2_000 }));
        await store.inbox.put(delivery('first', { receivedAt: 1_000 }));
        await store.inbox.put(delivery('elsewhere', { receivedAt: 3_000, number: 8 }));
        await store.inbox.put(delivery('other repository', { receivedAt: 4_000, repositoryId: 2 }));
        const first = await take(9_000);
        const taken = [first.id];
        for (let count = 0; count < 3; count += 1) taken.push((await store.inbox.take(9_000))?.id ?? 'none');
        expect(taken).toEqual(['first', 'elsewhere', 'other repository', 'none']);
        await store.inbox.done(first, 'done');
        expect(await store.inbox.take(9_000)).toMatchObject({ id: 'second', attempts: 1, state: 'working' });
      });

      test('fifty takers at once get one delivery once', async () => {
        await store.inbox.put(delivery('a'));
        const taken = await Promise.all(Array.from({ length: 50 }, () => store.inbox.take(9_000)));
        expect(taken.filter((entry) => entry !== undefined)).toHaveLength(1);
      });

      test('a failed one comes again at its time, others of its lane meanwhile', async () => {
        await store.inbox.put(delivery('a'));
        await store.inbox.put(delivery('b', { receivedAt: 2_000 }));
        await store.inbox.failed(await take(9_000), 'GitHub did not answer', 20_000);
        expect(await store.inbox.nextAt()).toBe(2_000);
        const other = await take(9_000);
        expect(other).toMatchObject({ id: 'b' });
        await store.inbox.done(other, 'ignored', 'nobody handles it');
        expect(await store.inbox.get('b')).toMatchObject({ state: 'ignored', lastError: 'nobody handles it' });
        expect(await store.inbox.take(19_999)).toBeUndefined();
        expect(await store.inbox.nextAt()).toBe(20_000);
        expect(await store.inbox.take(20_000)).toMatchObject({
          id: 'a',
          attempts: 2,
          lastError: 'GitHub did not answer',
        });
      });

      test('one that is given up is kept, and can be tried again by hand', async () => {
        await store.inbox.put(delivery('a'));
        await store.inbox.failed(await take(9_000), 'the handler has a mistake', null);
        expect(await store.inbox.take(99_000)).toBeUndefined();
        expect(await store.inbox.list('dead', 10)).toMatchObject([{ id: 'a', lastError: 'the handler has a mistake' }]);
        expect(await store.inbox.retry('a')).toBe(true);
        expect(await store.inbox.retry('unknown')).toBe(false);
        expect(await store.inbox.take(99_000)).toMatchObject({ id: 'a', attempts: 1 });
      });

      test('what was handled is answered for once', async () => {
        await store.inbox.put(delivery('a'));
        const entry = await take(9_000);
        expect(await store.inbox.done(entry, 'done')).toBe(true);
        expect(await store.inbox.failed(entry, 'late', 20_000)).toBe(false);
        expect(await store.inbox.get('a')).toMatchObject({ state: 'done', lastError: null });
      });

      test('what a process had when it stopped is new again at once', async () => {
        await store.inbox.put(delivery('a'));
        await take(9_000);
        await store.stop();
        store = await world.process(clock);
        expect(await store.inbox.take(9_000)).toMatchObject({ id: 'a', attempts: 2 });
      });
    });

    describe('two processes', () => {
      test('what a silent one had goes to the other, and its late answer changes nothing', async () => {
        const awake = createManualClock(10_000);
        const other = await world.process(awake);
        await store.inbox.put(delivery('a'));
        await store.inbox.put(delivery('b', { number: 8 }));
        const stale = await take(9_000);
        expect(await other.inbox.take(9_000)).toMatchObject({ id: 'b' });
        expect(await other.inbox.take(9_000)).toBeUndefined();
        expect(await other.inbox.nextAt()).toBeGreaterThan(awake.now());
        awake.advance(((await other.inbox.nextAt()) ?? 0) - awake.now());
        const fresh = await other.inbox.take(9_000);
        expect(fresh).toMatchObject({ id: 'a', attempts: 2 });
        expect(fresh?.epoch).toBeGreaterThan(stale.epoch);
        expect(await store.inbox.done(stale, 'done')).toBe(false);
        expect(await store.inbox.get('a')).toMatchObject({ state: 'working' });
        expect(await other.inbox.done(fresh ?? stale, 'ignored')).toBe(true);
      });

      test('one that lives keeps what it has, however long it takes', async () => {
        const other = await world.process(clock);
        await store.inbox.put(delivery('a'));
        const mine = await take(clock.now());
        await live(clock, 10 * afterEveryLease);
        expect(await other.inbox.take(clock.now())).toBeUndefined();
        expect(await store.inbox.done(mine, 'done')).toBe(true);
      });

      test('a delivery over which ten processes died is given up', async () => {
        const awake = createManualClock(10_000);
        await store.inbox.put(delivery('a'));
        for (let count = 0; count < 10; count += 1) {
          const silent = await world.process(createManualClock(awake.now()));
          expect(await silent.inbox.take(99_000)).toMatchObject({ id: 'a', attempts: count + 1 });
          awake.advance(afterEveryLease);
        }
        const last = await world.process(awake);
        expect(await last.inbox.take(9_000_000)).toBeUndefined();
        expect(await last.inbox.get('a')).toMatchObject({
          state: 'dead',
          lastError: 'was taken 10 times and the process ended each time',
        });
      });
    });

    test('old deliveries go, those that wait stay', async () => {
      for (const id of ['done', 'dead', 'waiting']) await store.inbox.put(delivery(id, { logicalKey: id }));
      await store.inbox.put(delivery('young', { receivedAt: 9_000 }));
      await store.inbox.put(delivery('twin', { logicalKey: 'done' }));
      await store.inbox.done(await take(9_000), 'done');
      await store.inbox.failed(await take(9_000), 'no', null);
      await store.inbox.failed(await take(9_000), 'later', 30_000);
      await store.inbox.done(await take(9_000), 'done');
      expect(await store.inbox.purge(5_000)).toBe(2);
      const ids = ['done', 'dead', 'twin', 'waiting', 'young'];
      expect(await Promise.all(ids.map((id) => store.inbox.has(id)))).toEqual([false, false, false, true, true]);
    });
  });
}
