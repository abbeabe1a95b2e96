// What every backend of blobs must do. A backend calls `blobsConformance` from a test file of its own.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../support/manual-clock.ts';
import { sha256 } from '../../src/support/index.ts';

import type { OpenWorld, StoreProcess, StoreWorld } from './store-world.ts';

/** The suite. */
export function blobsConformance(name: string, open: OpenWorld): void {
  describe(`blobs on ${name}`, () => {
    let world: StoreWorld;
    let one: StoreProcess;
    const clock = createManualClock();
    beforeEach(async () => {
      world = await open();
      one = await world.process(clock);
    });
    afterEach(() => world.remove());

    async function textOf(name_: string): Promise<string | undefined> {
      const bytes = await one.blobs.get(name_);
      return bytes === undefined ? undefined : Buffer.from(bytes).toString();
    }

    test('come back by the hash of what they are', async () => {
      const text = 'a plan with an ä';
      const name_ = await one.blobs.put(Buffer.from(text));
      expect(name_).toBe(sha256(text));
      expect(await textOf(name_)).toBe(text);
    });

    test('the same bytes twice are one, also at once, and another process has them too', async () => {
      const bytes = Buffer.alloc(200_000, 7);
      const names = await Promise.all(Array.from({ length: 10 }, () => one.blobs.put(bytes)));
      expect(new Set(names).size).toBe(1);
      const other = await world.process(clock);
      expect((await other.blobs.get(names[0] ?? ''))?.length).toBe(200_000);
    });

    test.each(['0'.repeat(64), 'nothing', '', '../../etc/passwd'])('there is none of the name "%s"', async (name_) => {
      expect(await one.blobs.get(name_)).toBeUndefined();
    });

    test('an empty one is one', async () => {
      expect(await textOf(await one.blobs.put(Buffer.alloc(0)))).toBe('');
    });

    test('old ones that nobody uses go; one that was put again is young', async () => {
      const [old, renewed] = [await one.blobs.put(Buffer.from('old')), await one.blobs.put(Buffer.from('renewed'))];
      clock.advance(10_000);
      await one.blobs.put(Buffer.from('renewed'));
      expect(await one.blobs.purge(clock.now() - 5_000)).toBe(1);
      expect([await textOf(old), await textOf(renewed)]).toEqual([undefined, 'renewed']);
    });
  });
}
