// GitHub answers nothing for 40 seconds in the middle of a run, the API and git alike: the run goes on by itself soon after the first answer. One way of it by a printed seed, or all with TROUPE_ALL_POINTS=1.
import { expect, test } from 'vitest';
import { allPoints, crashSeed, drawnFrom } from '../support/crash-sample.ts';
import { allowedMs } from '../support/patience.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import { endingOf, over } from '../support/write-faults.ts';

const stage = storyPerTest();
const awayMs = 40_000;

const ways = [
  ['refused', { status: 503 }],
  ['broken off', 'reset'],
] as const;

test.each(allPoints ? ways : drawnFrom(ways, 1))('40 s in which every request is %s', async (_name, answer) => {
  const told = await stage();
  await told.label();
  await told.until('a persona has answered', ({ steps }) =>
    [...steps.values()].some(({ status }) => status === 'succeeded'),
  );
  told.github.faults.answer({ route: '* *', when: 'before', answer, times: 1_000_000 });
  await new Promise((resolve) => setTimeout(resolve, awayMs));
  told.github.faults.clear();
  const back = Date.now();
  await over(told);
  const tookMs = Date.now() - back;
  console.log(
    `TROUPE_SEED=${crashSeed}: after 40 s without GitHub the run ended ${Math.round(tookMs / 1_000)} s after the first answer`,
  );
  expect((await told.runs()).map(({ status }) => status)).toEqual(['succeeded']);
  expect((await endingOf(told)).pulls).toHaveLength(1);
  expect(tookMs).toBeLessThan(allowedMs(45_000));
});
