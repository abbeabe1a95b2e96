// What is counted while a request to a model is still under way.
import { expect, test } from 'vitest';
import { createMeter } from './meter.ts';

const nothing = () => undefined;

test('a request whose answer is not over makes the sum incomplete, until it is', async () => {
  const meter = createMeter({ priceOf: () => '0.5', onCall: nothing, onSpent: nothing, onFailure: nothing });
  expect(meter.usage()).toMatchObject({ complete: true });
  await meter.admit();
  expect(meter.usage()).toMatchObject({ complete: false });
  meter.over({ model: 'm1', status: 200, inputTokens: 10, outputTokens: 1, isWhole: true, bytes: 40 });
  expect(meter.usage()).toMatchObject({ inputTokens: 10, outputTokens: 1, costUsd: '0.5', complete: true });
});
