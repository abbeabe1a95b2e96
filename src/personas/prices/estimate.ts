// What tokens without a price may have cost: their model's published price. Never a price for a model that nobody knows, and never said to be exact.
import { defined } from '../../support/index.ts';
import type { Usage } from '../../engine/index.ts';

/**
 * The usage with an estimated price, where an agent told tokens, no price, and its model is known. The tokens of several requests are priced as
 * those of one: where large requests are dearer, that is rather too much than too little. `isWhole`: the figures are of all of it.
 */
export async function estimated(usage: Usage, model: string | undefined, isWhole: boolean): Promise<Usage> {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  const named = { ...usage, ...defined({ model: usage.model ?? model }) };
  if (usage.costUsd !== undefined || named.model === undefined) return named;
  if (inputTokens === undefined || outputTokens === undefined) return named;
  // its tables are large: read only where somebody wants a price
  const { priceOf } = await import('./price-of.ts');
  const costUsd = priceOf({
    model: named.model,
    inputTokens,
    outputTokens,
    ...defined({ cacheReadTokens, cacheWriteTokens }),
  });
  return costUsd === undefined ? named : { ...named, costUsd, source: 'estimated', complete: isWhole };
}
