// Every kind of write of a story, failing in every way GitHub and the network know: in the end everything is there once. A sample by a printed seed, or every pair with TROUPE_ALL_POINTS=1.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allPoints, crashSeed, drawnFrom } from '../support/crash-sample.ts';
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

const all = allWrites.flatMap((write) =>
  allFailings.filter((failing) => isPossible(write, failing)).map((failing) => [write, failing] as const),
);
const played = allPoints ? all : drawnFrom(all, 16);
let held = 0;
afterAll(() =>
  console.log(
    `failing writes: ${held} of ${played.length} pairs of TROUPE_SEED=${crashSeed} end as wanted; there are ${all.length} of ${allWrites.length} writes and ${allFailings.length} failures`,
  ),
);

test.each(played)('%s: %s', async (write, failing) => {
  const told = await tellWithFault(write, failing);
  expect(told.harmed).toBeGreaterThan(0);
  expect(told.ending).toEqual(wanted);
  expect(told.neighbourMs).toBeLessThan(allowedMs(20_000));
  held += 1;
});
