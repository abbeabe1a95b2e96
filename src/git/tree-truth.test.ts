// A sample of the property that `npm run test:long` plays in full: what a commit holds is exactly what somebody changed.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTruthWorld, playCases } from '../../test/support/tree-truth.ts';
import type { TruthWorld } from '../../test/support/tree-truth.ts';

// the long suite goes on where this one ends
const seeds = Array.from({ length: 20 }, (_, index) => index + 1);
let truth: TruthWorld;
beforeAll(async () => {
  truth = await makeTruthWorld(seeds);
});
afterAll(() => truth.world.remove());

test('of a random tree, a commit holds exactly what somebody changed, as plain git stores it', async () => {
  const tally = await playCases(truth, seeds);
  expect(tally.committed).toBeGreaterThan(seeds.length / 4);
});
