// What every backend of surfaces must do. A backend calls `surfacesConformance` from a test file of its own.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../support/manual-clock.ts';
import { surfaceLock } from '../../src/engine/index.ts';
import type { SurfaceRow } from '../../src/engine/index.ts';
import type { Lease, RunId } from '../../src/support/index.ts';
import { deferred, newRunId } from './journal-fixtures.ts';
import { afterEveryLease, live } from './store-world.ts';
import type { OpenWorld, StoreProcess, StoreWorld } from './store-world.ts';

/** A surface that was planned and not yet written. */
export function surface(run: RunId, change: Partial<SurfaceRow> = {}): SurfaceRow {
  return {
    run,
    key: 'check:plan',
    headSha: 'a',
    githubId: null,
    wantedHash: 'h',
    seenHash: '',
    annotationsSent: 0,
    closed: false,
    updatedAt: 1,
    ...change,
  };
}

/** Writes as whoever has the run's surfaces for the moment. */
export async function putSurfaces(
  { locks, surfaces }: Pick<StoreProcess, 'locks' | 'surfaces'>,
  ...rows: readonly SurfaceRow[]
): Promise<void> {
  for (const row of rows) await locks.hold(surfaceLock(row.run), (lease) => surfaces.put(row, lease));
}

/** The suite. */
export function surfacesConformance(name: string, open: OpenWorld): void {
  describe(`surfaces on ${name}`, () => {
    let world: StoreWorld;
    const run = newRunId();
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.remove());

    test('are kept per run, key and head, and found while they are open or not as wanted', async () => {
      const one = await world.process(createManualClock());
      await putSurfaces(
        one,
        surface(run),
        surface(run, { headSha: 'b' }),
        surface(newRunId(), { closed: true, seenHash: 'h' }),
      );
      expect(await one.surfaces.open(10)).toEqual([run]);
      const shown = { closed: true, seenHash: 'h' };
      await putSurfaces(
        one,
        surface(run, { ...shown, githubId: 5 }),
        surface(run, { ...shown, headSha: 'b', githubId: 6 }),
      );
      expect(await one.surfaces.open(10)).toEqual([]);
      expect(await one.surfaces.of(run)).toEqual([
        surface(run, { ...shown, githubId: 5 }),
        surface(run, { ...shown, headSha: 'b', githubId: 6 }),
      ]);
      await putSurfaces(one, surface(run, { closed: true, githubId: 5, seenHash: '' }));
      expect(await one.surfaces.open(10)).toEqual([run]);
    });

    test('are found while a write of them may still be applied', async () => {
      const one = await world.process(createManualClock());
      const doubted = surface(run, { closed: true, seenHash: 'h', githubId: 5, doubt: { since: 7, lookAt: 9 } });
      await putSurfaces(one, doubted);
      expect(await one.surfaces.of(run)).toEqual([doubted]);
      expect(await one.surfaces.open(10)).toEqual([run]);
      const { doubt: _none, ...sure } = doubted;
      await putSurfaces(one, sure);
      expect(await one.surfaces.of(run)).toEqual([sure]);
      expect(await one.surfaces.open(10)).toEqual([]);
    });

    test('those of one run are not those of another', async () => {
      const one = await world.process(createManualClock());
      const other = newRunId();
      await putSurfaces(one, surface(run), surface(other, { key: 'comment' }));
      expect(await one.surfaces.of(other)).toEqual([surface(other, { key: 'comment' })]);
      await expect(
        one.locks.hold(surfaceLock(other), (lease) => one.surfaces.put(surface(run, { githubId: 9 }), lease)),
      ).rejects.toMatchObject({ code: 'store/lease-lost' });
      expect(await one.surfaces.of(run)).toEqual([surface(run)]);
    });

    test('are written under a lease only: after it was given back nothing is', async () => {
      const one = await world.process(createManualClock());
      const late = await one.locks.hold(surfaceLock(run), async (lease) => {
        await one.surfaces.put(surface(run), lease);
        return lease;
      });
      await expect(one.surfaces.put(surface(run, { githubId: 9 }), late)).rejects.toMatchObject({
        code: 'store/lease-lost',
      });
      expect(await one.surfaces.of(run)).toEqual([surface(run)]);
    });

    test('of a driver that slept too long are refused once another process writes them', async () => {
      const clock = createManualClock();
      const [one, other] = [await world.process(createManualClock()), await world.process(clock)];
      const begun = deferred<Lease>();
      const awake = deferred();
      const stale = one.locks.hold(surfaceLock(run), async (lease) => {
        await one.surfaces.put(surface(run), lease);
        begun.resolve(lease);
        await awake.promise;
        await one.surfaces.put(surface(run, { githubId: 1 }), lease);
      });
      await begun.promise;
      const fresh = other.locks.hold(surfaceLock(run), (lease) =>
        other.surfaces.put(surface(run, { githubId: 2 }), lease),
      );
      await live(clock, afterEveryLease);
      await fresh;
      awake.resolve();
      await expect(stale).rejects.toMatchObject({ code: 'store/lease-lost' });
      expect(await one.surfaces.of(run)).toEqual([surface(run, { githubId: 2 })]);
    });
  });
}
