import fc from 'fast-check';
import { expect, test } from 'vitest';
import { everyDeath, someDeaths } from './crash-sample.ts';

test('a sample has its size, lies in the story and takes one point of each part', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 120 }),
      fc.string(),
      (count, size, seed) => {
        const points = someDeaths(size, seed)(count).map(([point]) => point ?? 0);
        expect(points).toHaveLength(Math.min(size, count));
        expect(new Set(points).size).toBe(points.length);
        for (const [part, point] of points.entries()) {
          expect(point).toBeGreaterThan(Math.floor((part * count) / points.length));
          expect(point).toBeLessThanOrEqual(Math.floor(((part + 1) * count) / points.length));
        }
      },
    ),
  );
});

test('the same seed draws the same sample, and in time every point has its turn', () => {
  expect(someDeaths(54, 'a')(244)).toEqual(someDeaths(54, 'a')(244));
  const seen = new Set(Array.from({ length: 100 }, (_, run) => someDeaths(54, `run ${run}`)(244)).flat(2));
  expect(seen).toEqual(new Set(everyDeath(244).flat()));
});
