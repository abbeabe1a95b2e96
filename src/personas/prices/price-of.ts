// What one request to a model costs by the prices that are published. Unknown stays unknown. Never adds requests up: prices depend on the size of each.
import { calcPrice } from '@pydantic/genai-prices';
import { defined, withoutEnd } from '../../support/index.ts';

/** One request, as its answer counted it. */
export interface PricedCall {
  /** The vendor's own id of the model. */
  readonly model: string;
  /** `openai`, `anthropic`, `google`, `x-ai` …; absent: found by the model. */
  readonly vendor?: string;
  /** All that the model read, caches included. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
}

/** Decimal text in US dollars; undefined where nobody knows the price of that model. */
export function priceOf(call: PricedCall): string | undefined {
  const usage = {
    input_tokens: call.inputTokens,
    output_tokens: call.outputTokens,
    ...defined({ cache_read_tokens: call.cacheReadTokens, cache_write_tokens: call.cacheWriteTokens }),
  };
  const price = calcPrice(usage, call.model, defined({ providerId: call.vendor }));
  return price === null ? undefined : decimalText(price.total_price);
}

/** Never an exponent, never a rest of binary arithmetic: a millionth of a cent is the least that counts. */
function decimalText(dollars: number): string {
  return withoutEnd(withoutEnd(dollars.toFixed(8), '0'), '.');
}
