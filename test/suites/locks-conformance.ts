// What every backend of locks must do: among the callers of one process, and, where there are several, among processes.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../support/manual-clock.ts';
import type { Lease, Locks } from '../../src/support/index.ts';
import { deferred } from './journal-fixtures.ts';
import { afterEveryLease, commits, live } from './store-world.ts';
import type { OpenWorld, StoreWorld } from './store-world.ts';

/** One process. */
export function locksInOneProcess(name: string, open: () => Promise<{ locks: Locks; remove(): Promise<void> }>): void {
  describe(`locks on ${name}`, () => {
    let opened: { readonly locks: Locks; remove(): Promise<void> };
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.remove());

    test('one at a time, in the order in which they asked', async () => {
      const told: string[] = [];
      async function work(who: string): Promise<string> {
        return opened.locks.hold('issue 7', async () => {
          told.push(`${who} begins`);
          await commits();
          told.push(`${who} ends`);
          return who;
        });
      }
      expect(await Promise.all(['ada', 'bob', 'eve'].map(work))).toEqual(['ada', 'bob', 'eve']);
      expect(told).toEqual(['ada begins', 'ada ends', 'bob begins', 'bob ends', 'eve begins', 'eve ends']);
    });

    test('another name is free meanwhile', async () => {
      const end = deferred();
      const held = opened.locks.hold('issue 7', () => end.promise);
      expect(await opened.locks.hold('issue 8', async () => 'done')).toBe('done');
      end.resolve();
      await held;
    });

    test('what fails is told, and the next one goes on', async () => {
      const failing = opened.locks.hold('issue 7', () => Promise.reject(new Error('no')));
      const next = opened.locks.hold('issue 7', async () => 'done');
      await expect(failing).rejects.toThrow('no');
      expect(await next).toBe('done');
    });

    test('the epoch grows with each taking, and nothing is lost while it is held', async () => {
      const leases: Lease[] = [];
      for (let round = 0; round < 3; round += 1)
        await opened.locks.hold('issue 7', async (lease) => {
          leases.push(lease);
          expect(lease.lost.aborted).toBe(false);
        });
      const [first, second, third] = leases.map(({ epoch }) => epoch);
      expect(second).toBeGreaterThan(first ?? 0);
      expect(third).toBeGreaterThan(second ?? 0);
      expect(leases.map((lease) => lease.name)).toEqual(['issue 7', 'issue 7', 'issue 7']);
    });
  });
}

/** Several processes. */
export function locksAmongProcesses(name: string, open: OpenWorld): void {
  describe(`locks on ${name}, among processes`, () => {
    let world: StoreWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.remove());

    test('who waits for another process has the name when that gives it back', async () => {
      const clock = createManualClock();
      const [one, other] = [await world.process(clock), await world.process(clock)];
      const end = deferred();
      const begun = deferred();
      const first = one.locks.hold('issue 7', async () => {
        begun.resolve();
        await end.promise;
      });
      await begun.promise;
      let got = false;
      const second = other.locks.hold('issue 7', async () => {
        got = true;
      });
      await live(clock, afterEveryLease);
      expect(got).toBe(false);
      end.resolve();
      await first;
      await live(clock, 5_000);
      await second;
      expect(got).toBe(true);
    });

    test('of a process that is silent for too long it goes to the next, with a higher epoch, and the first is told', async () => {
      const [sleeping, clock] = [createManualClock(), createManualClock()];
      const [one, other] = [await world.process(sleeping), await world.process(clock)];
      const end = deferred();
      const lost = deferred<Lease>();
      const begun = deferred<Lease>();
      const first = one.locks.hold('issue 7', async (lease) => {
        begun.resolve(lease);
        lease.lost.addEventListener('abort', () => lost.resolve(lease));
        await end.promise;
      });
      const old = await begun.promise;
      const second = other.locks.hold('issue 7', async (lease) => {
        await live(sleeping, afterEveryLease);
        return lease;
      });
      await live(clock, afterEveryLease);
      expect((await second).epoch).toBeGreaterThan(old.epoch);
      expect((await lost.promise).lost.reason).toMatchObject({ code: 'store/lease-lost' });
      end.resolve();
      await first;
    });

    test('a process that stops leaves nothing behind', async () => {
      const clock = createManualClock();
      const [one, other] = [await world.process(clock), await world.process(clock)];
      const begun = deferred();
      void one.locks.hold('issue 7', () => {
        begun.resolve();
        return new Promise(() => {});
      });
      await begun.promise;
      await one.stop();
      expect(await other.locks.hold('issue 7', async () => 'done')).toBe('done');
    });
  });
}
