// The property of commits over 500 random trees: names in bytes, attributes, links, modes, renames, submodules.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTruthWorld, playCases } from '../support/tree-truth.ts';
import type { TruthWorld } from '../support/tree-truth.ts';

const seeds = Array.from({ length: 500 }, (_, index) => index + 1);
let truth: TruthWorld;
beforeAll(async () => {
  truth = await makeTruthWorld(seeds);
});
afterAll(() => truth.world.remove());

test('of 500 random trees, each commit holds exactly what somebody changed, as plain git stores it', async () => {
  const { committed, refused, empty } = await playCases(truth, seeds);
  expect(committed + refused + empty).toBe(500);
  expect(committed).toBeGreaterThan(200);
  expect(refused).toBeGreaterThan(50);
});
