// A disk that is harmed around every kind of write of a run, one at a time: a sample by a printed seed, or every point.
import { expect, test } from 'vitest';
import { allPoints, crashSeed, everyDeath, someDeaths } from '../support/crash-sample.ts';
import { harms, tellOnDisk } from '../support/disk-story.ts';
import { hasSmallDisks } from '../support/requirements.ts';

/** Points of a sample, for each harm. */
const tries = 3;

test.runIf(hasSmallDisks)('every story on a disk that was harmed ends as the one that was not', async () => {
  const whole = await tellOnDisk();
  const choose = allPoints ? everyDeath : someDeaths(tries);
  console.log(allPoints ? 'every point' : `${tries} points of TROUPE_SEED=${crashSeed} for each harm`);
  const wrong: string[] = [];
  for (const [name, harm] of Object.entries(harms))
    for (const [at = 1] of choose(whole.points.length)) {
      const told = await tellOnDisk(harm, at);
      const ends = JSON.stringify(told.ending) === JSON.stringify(whole.ending);
      if (!ends || told.stuck > 0 || told.toldLast !== 200)
        wrong.push(`${name}, ${at} ${told.points[at - 1]}: ${told.stuck} stuck, ${JSON.stringify(told.ending)}`);
    }
  expect(wrong).toEqual([]);
});
