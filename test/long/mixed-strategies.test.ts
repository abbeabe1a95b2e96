// A run whose personas answer at once, by looks, by callbacks and through a stream dies at many points, and ends as if it had not.
// A sample that a printed seed draws, or every point with TROUPE_ALL_POINTS=1.
import { expect, inject, test } from 'vitest';
import { allPoints, crashSeed, everyDeath, someDeaths } from '../support/crash-sample.ts';
import { mixedMatrix } from '../support/mixed-strategies.ts';

test('all four ways to answer in one run: wherever the process dies, the next one comes to the same end', async () => {
  const say = (line: string): void => console.log(line);
  say(allPoints ? 'mixed strategies: every point' : `mixed strategies: 24 points of TROUPE_SEED=${crashSeed}`);
  const withRedis = !inject('lacks').includes('redis');
  expect(await mixedMatrix({ choose: allPoints ? everyDeath : someDeaths(24), withRedis, say })).toEqual([]);
});
