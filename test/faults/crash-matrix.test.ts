// A sample of test/long/crash-matrix.test.ts: one point of eight of the project-loop, a few of the two other stories.
import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { crashMatrix } from '../support/crash-matrix.ts';
import type { PlotName } from '../support/crash-plots.ts';

const seed = process.env['TROUPE_SEED'] ?? randomBytes(4).toString('hex');
const drawn = createHash('sha256').update(seed).digest().readUInt32BE(0);

/** One point of `every`, beginning where the seed says. */
const samples: readonly (readonly [PlotName, number])[] = [
  ['project-loop', 8],
  ['approval', 100],
  ['rework', 60],
];

test.each(samples)(
  '%s: wherever the bot is killed, the next one comes to the same end (one point of %i)',
  async (plot, every) => {
    console.log(`TROUPE_SEED=${seed}`);
    const found = await crashMatrix({
      plot,
      choose: (count) =>
        Array.from({ length: count }, (_, index) => [index + 1]).filter((_, index) => index % every === drawn % every),
      atOnce: 2,
      say: (line) => console.log(line),
    });
    expect(found).toEqual([]);
  },
  20 * 60_000,
);
