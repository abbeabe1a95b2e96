// Every kind of write of a story, failing in every way GitHub and the network know: in the end everything is there once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failings, isPossible, tellWithFault, writes } from '../support/write-faults.ts';
import type { FailingName, Write, WriteEnding } from '../support/write-faults.ts';
import { allowedMs } from '../support/patience.ts';

// the keys of a constant are its type's keys
const allWrites = Object.keys(writes) as Write[];
const allFailings = Object.keys(failings) as FailingName[];

let wanted: WriteEnding;
beforeAll(async () => {
  wanted = (await tellWithFault()).ending;
});

let held = 0;
afterAll(() => {
  const pairs = allWrites.flatMap((write) => allFailings.filter((failing) => isPossible(write, failing)));
  console.log(
    `failing writes: ${held} of ${pairs.length} pairs of ${allWrites.length} writes and ${allFailings.length} failures end as wanted`,
  );
});

describe.each(allWrites)('%s', (write) => {
  test.each(allFailings.filter((failing) => isPossible(write, failing)))('%s', async (failing) => {
    const told = await tellWithFault(write, failing);
    expect(told.harmed).toBeGreaterThan(0);
    expect(told.ending).toEqual(wanted);
    expect(told.neighbourMs).toBeLessThan(allowedMs(20_000));
    held += 1;
  });
});
