import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { silentLogger } from '../support/index.ts';
import { openStore } from './index.ts';
import type { Delivery, Store } from './index.ts';

let dataDir: string;
let store: Store;
const clock = createManualClock(10_000);

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'troupe-inbox-'));
  store = await open();
});
afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function open(): Promise<Store> {
  return openStore({ kind: 'embedded', directory: dataDir, clock, log: silentLogger, owner: { what: 'a test' } });
}

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
    expect(await Promise.all(['a', 'b', 'c', 'x'].map((id) => store.inbox.has(id)))).toEqual([true, true, true, false]);
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
    const taken = [];
    for (let count = 0; count < 4; count += 1) taken.push((await store.inbox.take(9_000))?.id);
    expect(taken).toEqual(['first', 'elsewhere', 'other repository', undefined]);
    await store.inbox.done('first', 'done');
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
    await store.inbox.take(9_000);
    await store.inbox.failed('a', 'GitHub did not answer', 20_000);
    expect(await store.inbox.nextAt()).toBe(2_000);
    expect(await store.inbox.take(9_000)).toMatchObject({ id: 'b' });
    await store.inbox.done('b', 'ignored', 'nobody handles it');
    expect(await store.inbox.get('b')).toMatchObject({ state: 'ignored', lastError: 'nobody handles it' });
    expect(await store.inbox.take(19_999)).toBeUndefined();
    expect(await store.inbox.nextAt()).toBe(20_000);
    expect(await store.inbox.take(20_000)).toMatchObject({ id: 'a', attempts: 2, lastError: 'GitHub did not answer' });
  });

  test('one that is given up is kept, and can be tried again by hand', async () => {
    await store.inbox.put(delivery('a'));
    await store.inbox.take(9_000);
    await store.inbox.failed('a', 'the handler has a mistake', null);
    expect(await store.inbox.take(99_000)).toBeUndefined();
    expect(await store.inbox.list('dead', 10)).toMatchObject([{ id: 'a', lastError: 'the handler has a mistake' }]);
    expect(await store.inbox.retry('a')).toBe(true);
    expect(await store.inbox.retry('unknown')).toBe(false);
    expect(await store.inbox.take(99_000)).toMatchObject({ id: 'a', attempts: 1 });
  });

  test('what a process was working on when it died is new again', async () => {
    await store.inbox.put(delivery('a'));
    await store.inbox.put(delivery('b', { number: 8 }));
    await store.inbox.take(9_000);
    await store.close();
    store = await open();
    expect(await store.inbox.take(9_000)).toMatchObject({ id: 'b' });
    expect(await store.inbox.recover()).toBe(2);
    expect(await store.inbox.take(9_000)).toMatchObject({ id: 'a', attempts: 2 });
  });

  test('one that kills the process each time is given up after ten times', async () => {
    await store.inbox.put(delivery('a'));
    for (let count = 0; count < 10; count += 1) {
      expect(await store.inbox.take(9_000)).toMatchObject({ id: 'a' });
      await store.inbox.recover();
    }
    expect(await store.inbox.get('a')).toMatchObject({
      state: 'dead',
      lastError: 'was taken 10 times and the process ended each time',
    });
  });
});

test('old deliveries go, those that wait stay', async () => {
  for (const id of ['done', 'dead', 'waiting']) await store.inbox.put(delivery(id, { logicalKey: id }));
  await store.inbox.put(delivery('young', { receivedAt: 9_000 }));
  await store.inbox.put(delivery('twin', { logicalKey: 'done' }));
  await store.inbox.done('done', 'done');
  await store.inbox.failed('dead', 'no', null);
  await store.inbox.done('young', 'done');
  expect(await store.inbox.purge(5_000)).toBe(2);
  const ids = ['done', 'dead', 'twin', 'waiting', 'young'];
  expect(await Promise.all(ids.map((id) => store.inbox.has(id)))).toEqual([false, false, false, true, true]);
});
