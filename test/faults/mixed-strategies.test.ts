// A few points of test/long/mixed-strategies.test.ts: the process dies there, and the next one comes to the same end.
import { expect, inject, test } from 'vitest';
import { crashSeed, someDeaths } from '../support/crash-sample.ts';
import { mixedMatrix } from '../support/mixed-strategies.ts';

test('all four ways to answer in one run: wherever the process dies, the next one comes to the same end (6 points)', async () => {
  console.log(`TROUPE_SEED=${crashSeed}`);
  const say = (line: string): void => console.log(line);
  const withRedis = !inject('lacks').includes('redis');
  expect(await mixedMatrix({ choose: someDeaths(6), withRedis, say })).toEqual([]);
});
