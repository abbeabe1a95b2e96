// The bot is killed at random times, wherever it is by then, and the next one comes to the same end: nothing twice, nobody asked again, no secret left.
import { expect, test } from 'vitest';
import { crashMatrix } from '../support/crash-matrix.ts';
import type { PlotName } from '../support/crash-plots.ts';
import { allPoints, crashSeed, deathsInTime } from '../support/crash-sample.ts';

const say = (line: string): void => console.log(line);

/** 60 kills together with TROUPE_ALL_POINTS, a sample of them without. */
const kills: readonly (readonly [PlotName, number])[] = allPoints
  ? [
      ['project-loop', 28],
      ['approval', 18],
      ['rework', 14],
    ]
  : [
      ['project-loop', 3],
      ['approval', 2],
      ['rework', 2],
    ];

test.each(kills)('%s, killed at random times', async (plot, size) => {
  say(`${plot}: ${size} random times of TROUPE_SEED=${crashSeed}`);
  const choose = deathsInTime(size, `${crashSeed} ${plot}`);
  expect(await crashMatrix({ plot, personas: 'programs', choose, atOnce: 2, say })).toEqual([]);
});
