// A few points of test/long/crash-matrix.test.ts: the bot is killed there, and the next one comes to the same end.
import { expect, test } from 'vitest';
import { crashMatrix } from '../support/crash-matrix.ts';
import type { PlotName } from '../support/crash-plots.ts';
import { crashSeed, someDeaths } from '../support/crash-sample.ts';

const samples: readonly (readonly [PlotName, number])[] = [
  ['project-loop', 6],
  ['approval', 2],
  ['rework', 2],
  // one of the two, as the seed draws: ten items take their time
  [Number.parseInt(crashSeed, 16) % 2 === 0 ? 'each, continue' : 'each, stop', 1],
];

test.each(samples)(
  '%s: wherever the bot is killed, the next one comes to the same end (%i points)',
  async (plot, size) => {
    console.log(`TROUPE_SEED=${crashSeed}`);
    const say = (line: string): void => console.log(line);
    expect(await crashMatrix({ plot, choose: someDeaths(size), atOnce: 2, say })).toEqual([]);
  },
);
