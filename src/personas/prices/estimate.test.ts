// Tokens without a price: about what their model costs, or unknown.
import { expect, test } from 'vitest';
import type { Usage } from '../../engine/index.ts';
import { metered } from '../result/metered.ts';
import { estimated } from './estimate.ts';

const told: Usage = { inputTokens: 10_000, outputTokens: 1_000, source: 'provider', complete: false };

test('an agent that tells tokens and its model has an estimated price, and it is called one', async () => {
  expect(await estimated(told, 'claude-sonnet-4-5', true)).toEqual({
    ...told,
    model: 'claude-sonnet-4-5',
    costUsd: '0.045',
    source: 'estimated',
    complete: true,
  });
  const cached = { ...told, cacheReadTokens: 8_000, cacheWriteTokens: 1_000 };
  expect((await estimated(cached, 'claude-sonnet-4-5', true)).costUsd).toBe('0.02415');
});

test('an agent that was ended has told only what it took by then: its estimate is not all', async () => {
  expect(await estimated(told, 'claude-sonnet-4-5', false)).toMatchObject({ source: 'estimated', complete: false });
});

test.each<[string, Usage, string | undefined]>([
  ['a model that nobody knows', told, 'llama-of-our-own'],
  ['no model', told, undefined],
  ['a whole without its parts', { inputTokens: 99, source: 'provider', complete: false }, 'claude-sonnet-4-5'],
  ['nothing told', { source: 'none', complete: false }, 'claude-sonnet-4-5'],
])('%s: the price stays unknown', async (_what, usage, model) => {
  expect((await estimated(usage, model, true)).costUsd).toBeUndefined();
});

test('a price that the agent tells stays its own', async () => {
  const priced: Usage = { ...told, costUsd: '0.5', complete: true };
  expect(await estimated(priced, 'claude-sonnet-4-5', true)).toMatchObject({ costUsd: '0.5', source: 'provider' });
});

test('what the gateway counted holds, whatever the agent says: its word stands beside it', () => {
  const counted: Usage = { inputTokens: 900, outputTokens: 90, costUsd: '0.04', source: 'gateway', complete: true };
  expect(metered(counted, { inputTokens: 100, costUsd: '0.01', source: 'provider', complete: true })).toEqual({
    ...counted,
    reported: { inputTokens: 100, costUsd: '0.01' },
  });
  expect(metered(counted, { source: 'none', complete: false })).toEqual(counted);
});
