// Prices of single requests, and of models that nobody knows.
import { expect, test } from 'vitest';
import { priceOf } from './price-of.ts';

test('a request costs what its tokens cost, with what a cache gave at its own price', () => {
  const call = { model: 'claude-sonnet-4-5', vendor: 'anthropic', inputTokens: 10_000, outputTokens: 1_000 };
  expect(priceOf(call)).toBe('0.045');
  expect(priceOf({ ...call, cacheReadTokens: 9_000 })).toBe('0.0207');
});

test('a large request is dearer than its parts', () => {
  const half = { model: 'claude-sonnet-4-5', vendor: 'anthropic', inputTokens: 150_000, outputTokens: 0 };
  expect(Number(priceOf({ ...half, inputTokens: 300_000 }))).toBeGreaterThan(2 * Number(priceOf(half)));
});

test('nobody knows the price of a model that nobody knows', () => {
  expect(priceOf({ model: 'llama-of-our-own', inputTokens: 10, outputTokens: 1 })).toBeUndefined();
});
