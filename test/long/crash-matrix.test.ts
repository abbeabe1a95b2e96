// The bot is killed at many points of six stories, and the next one ends with the same pull request, checks and comments.
// A sample that a printed seed draws, or every point with TROUPE_ALL_POINTS=1.
import { describe, expect, test } from 'vitest';
import { crashMatrix } from '../support/crash-matrix.ts';
import type { Choose } from '../support/crash-matrix.ts';
import type { PlotName } from '../support/crash-plots.ts';
import { allPoints, crashSeed, drawnFrom, everyDeath, pairsOfDeaths, someDeaths } from '../support/crash-sample.ts';

const say = (line: string): void => console.log(line);
const atOnce = 2;

/** 26 points together: about a hundredth of all. */
const samples: readonly (readonly [PlotName, number])[] = [
  ['project-loop', 8],
  ['approval', 5],
  ['rework', 4],
  ['several providers', 5],
  ['each, continue', 2],
  ['each, stop', 2],
];

describe('the bot is killed, and the next one comes to the same end', () => {
  test.each(samples)('%s', async (plot, size) => {
    say(allPoints ? `${plot}: every point` : `${plot}: ${size} points of TROUPE_SEED=${crashSeed}`);
    const choose = allPoints ? everyDeath : someDeaths(size);
    expect(await crashMatrix({ plot, choose, atOnce, say })).toEqual([]);
  });
});

test('the bot is killed, and the next one too while it recovers', async () => {
  const choose: Choose = (count) => (allPoints ? pairsOfDeaths(count) : drawnFrom(pairsOfDeaths(count), 4));
  expect(await crashMatrix({ plot: 'project-loop', choose, atOnce, say })).toEqual([]);
});
