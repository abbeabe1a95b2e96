// Reads what an agent says about its cost, in the spellings that are around. Unknown stays unknown, never 0.
import { isObject } from '../../support/index.ts';
import type { Usage } from '../../engine/index.ts';

/** Nothing is known of the cost. */
export const unknownUsage: Usage = { source: 'none', complete: false };

/** The usage in a report. */
export function readUsage(value: unknown): Usage {
  if (!isObject(value)) return unknownUsage;
  const inputTokens = count(value, ['inputTokens', 'input_tokens', 'prompt_tokens', 'promptTokenCount']);
  const outputTokens = count(value, ['outputTokens', 'output_tokens', 'completion_tokens', 'candidatesTokenCount']);
  const cacheReadTokens = count(value, [
    'cacheReadTokens',
    'cache_read_tokens',
    'cache_read_input_tokens',
    'cachedContentTokenCount',
  ]);
  const costUsd = decimal(value['costUsd'] ?? value['cost_usd'] ?? value['total_cost_usd']);
  if (inputTokens === undefined && outputTokens === undefined && costUsd === undefined) return unknownUsage;
  return {
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
    ...(cacheReadTokens === undefined ? {} : { cacheReadTokens }),
    ...(costUsd === undefined ? {} : { costUsd }),
    source: 'provider',
    complete: costUsd !== undefined,
  };
}

function count(value: { readonly [key: string]: unknown }, keys: readonly string[]): number | undefined {
  const found = keys
    .map((key) => value[key])
    .find((one) => typeof one === 'number' && Number.isFinite(one) && one >= 0);
  return typeof found === 'number' ? Math.round(found) : undefined;
}

/** Decimal text without an exponent. */
function decimal(value: unknown): string | undefined {
  if (typeof value === 'string') return /^\d{1,12}(\.\d{1,12})?$/.test(value) ? value : undefined;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0 || value > 1e9) return undefined;
  return value.toFixed(10).replace(/\.?0+$/, '');
}
