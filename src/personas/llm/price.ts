// What a request to the model of a provider costs: by the operator's own prices, else by those that are published for its vendor.
import { decimalOf } from '../../support/index.ts';
import type { Price } from './spent.ts';

/** Dollars for a million tokens. A type, so that it is JSON as the rest of an entry. */
export type OwnPrices = {
  readonly input: number | string;
  readonly output: number | string;
  /** Absent: as `input`. */
  readonly cache_read?: number | string;
  readonly cache_write?: number | string;
};

/** The price of each request. Loads the list of published prices where it is needed. */
export async function priceFor(model: string, vendor: string | undefined, own: OwnPrices | undefined): Promise<Price> {
  if (own !== undefined) return ownPrice(own);
  // the same name means another price elsewhere, and on a machine of one's own none
  if (vendor === undefined) return () => undefined;
  const { priceOf } = await import('../prices/price-of.ts');
  return (call) => priceOf({ ...call, model, vendor });
}

function ownPrice({ input, output, cache_read: read, cache_write: write }: OwnPrices): Price {
  return ({ inputTokens, outputTokens, cacheReadTokens = 0, cacheWriteTokens = 0 }) => {
    const fresh = Math.max(0, inputTokens - cacheReadTokens - cacheWriteTokens);
    const parts = [
      [fresh, input],
      [cacheReadTokens, read ?? input],
      [cacheWriteTokens, write ?? input],
      [outputTokens, output],
    ] as const;
    const dollars = parts.reduce((sum, [tokens, price]) => sum + (tokens * Number(price)) / 1_000_000, 0);
    return decimalOf(dollars);
  };
}
