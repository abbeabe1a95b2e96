import { expect, test } from 'vitest';
import { createDeliveryCounter, metricsText } from './delivery-counter.ts';

test('what runs cost is told as far as it is known, beside how many of them have a price that nobody knows', () => {
  const counts = { runs: { succeeded: 2, timed_out: 1 }, deliveries: {}, costUsd: '1.54', unpricedRuns: 1 };
  const lines = metricsText(createDeliveryCounter().values(), counts, false).split('\n');
  expect(lines).toContain('# TYPE troupe_cost_usd gauge');
  expect(lines).toContain('troupe_cost_usd 1.54');
  expect(lines).toContain('troupe_runs_unpriced 1');
});
