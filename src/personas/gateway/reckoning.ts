// What holds a limit: what was told where it was told, and a guess where an answer was cut. Never on a bill, never shown as what was spent.
import { addDecimal, compareDecimal } from '../../support/index.ts';
import type { ModelCall } from '../model/gateway.ts';
import type { Allowance } from '../model/types.ts';
import { priced } from './bill.ts';
import type { PriceOf } from './bill.ts';
import { gatewayMessages as say } from './messages.ts';

/** A limit and what counts against it. */
export interface Reckoning {
  /** `costUsd` absent: the bill does not know it. */
  add(call: ModelCall, costUsd: string | undefined): void;
  /** Why nothing further may be sent. */
  exceeded(): string | undefined;
  /** So many requests at once, each as large as the largest so far, do not reach the limit. */
  leavesRoomFor(count: number): boolean;
}

/** About what a token is in bytes: an agent that hangs up before its tokens are told has spent them all the same. */
const bytesOfToken = 4;

/** Nothing counted yet. */
export function createReckoning(priceOf: PriceOf, { costUsd: mostUsd, tokens: mostTokens }: Allowance): Reckoning {
  let usd = '0';
  let tokens = 0;
  let largestUsd = '0';
  let largestTokens = 0;
  return {
    add(call, costUsd) {
      const taken = tokensOf(call);
      const price = costUsd ?? priceOf({ ...priced(call), ...taken });
      tokens += taken.inputTokens + taken.outputTokens;
      largestTokens = Math.max(largestTokens, taken.inputTokens + taken.outputTokens);
      if (price === undefined) return;
      usd = addDecimal(usd, price);
      if (compareDecimal(price, largestUsd) > 0) largestUsd = price;
    },
    exceeded() {
      if (mostUsd !== undefined && compareDecimal(usd, mostUsd) >= 0)
        return say.spent(say.money(usd), say.money(mostUsd));
      if (mostTokens !== undefined && tokens >= mostTokens)
        return say.spent(say.tokens(tokens), say.tokens(mostTokens));
      return undefined;
    },
    leavesRoomFor(count) {
      const isCheap =
        mostUsd === undefined || (largestUsd !== '0' && Number(usd) + count * Number(largestUsd) < Number(mostUsd));
      const isShort = mostTokens === undefined || (largestTokens > 0 && tokens + count * largestTokens < mostTokens);
      return isCheap && isShort;
    },
  };
}

function tokensOf({ inputTokens, outputTokens, isWhole, bytes }: ModelCall) {
  const told = { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 };
  if (isWhole) return told;
  const guess = Math.ceil(bytes / bytesOfToken);
  // what was told of a cut answer is the least that it took
  return { ...told, inputTokens: Math.max(told.inputTokens, guess - told.outputTokens) };
}
