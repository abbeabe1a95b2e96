// Every kind of write that nobody answers, and that GitHub does after 31, 60 or 120 s or never: in the end everything is there once, and concluded.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allPoints, crashSeed, drawnFrom } from '../support/crash-sample.ts';
import { delays, lateWrites, tellWithLate } from '../support/late-answers.ts';
import type { Delay, LateEnding, LateWrite } from '../support/late-answers.ts';

// the keys of a constant are its type's keys
const allWrites = Object.keys(lateWrites) as LateWrite[];
const allDelays = Object.keys(delays) as Delay[];
const runsEach = allPoints ? 2 : 1;
const pairsDrawn = 3;

let wanted: LateEnding;
beforeAll(async () => {
  wanted = (await tellWithLate()).ending;
});

let held = 0;
afterAll(() => console.log(`late answers: ${held} stories ended as wanted`));

async function endsAsWanted(writes: readonly LateWrite[], delay: Delay): Promise<void> {
  const told = await tellWithLate(writes, delay);
  expect(told.late.toSorted()).toEqual([...writes].toSorted());
  expect(told.ending).toEqual(wanted);
  held += 1;
}

describe('every kind of write in one story', () => {
  const cases = allDelays.flatMap((delay) => Array.from({ length: runsEach }, (_, run) => [delay, run + 1] as const));
  test.each(cases)('%s, run %i', async (delay, run) => {
    // checks are made together, or one by one where the server takes them so only
    const other: LateWrite = (run + allDelays.indexOf(delay)) % 2 === 0 ? 'a check' : 'checks together';
    await endsAsWanted(
      allWrites.filter((write) => !['a check', 'checks together'].includes(write) || write === other),
      delay,
    );
  });
});

const pairs = allWrites.flatMap((write) => allDelays.map((delay) => [write, delay] as const));
console.log(
  allPoints ? 'late answers: every pair, twice' : `late answers: ${pairsDrawn} pairs of TROUPE_SEED=${crashSeed}`,
);

describe('one kind of write', () => {
  test.each(allPoints ? [...pairs, ...pairs] : drawnFrom(pairs, pairsDrawn))('%s %s', (write, delay) =>
    endsAsWanted([write], delay),
  );
});
