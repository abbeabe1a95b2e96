// What a persona's requests to its models cost, as their answers told it. Unknown stays unknown: nothing is guessed here.
import { addDecimal, compareDecimal, defined } from '../../support/index.ts';
import type { Usage } from '../../engine/index.ts';
import type { ModelCall } from '../model/gateway.ts';
import type { PricedCall } from '../prices/price-of.ts';

/** The sums. */
export interface Bill {
  /** What this one cost; undefined: nobody knows. */
  add(call: ModelCall): string | undefined;
  /** Complete only where every answer told its tokens and every price is known. */
  usage(): Usage;
}

/** The price of a request, where it is published. */
export type PriceOf = (call: PricedCall) => string | undefined;

/** Nothing on it yet. */
export function createBill(priceOf: PriceOf): Bill {
  let sum = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  let costUsd = '0';
  let isComplete = true;
  let hasTold = false;
  const models = new Set<string>();
  return {
    add(call) {
      const cost = costOf(call, priceOf);
      if (cost === undefined) isComplete = false;
      else costUsd = addDecimal(costUsd, cost);
      if ((call.inputTokens ?? 0) + (call.outputTokens ?? 0) > 0) {
        hasTold = true;
        models.add(call.model);
      }
      sum = {
        inputTokens: sum.inputTokens + (call.inputTokens ?? 0),
        outputTokens: sum.outputTokens + (call.outputTokens ?? 0),
        cacheReadTokens: sum.cacheReadTokens + (call.cacheReadTokens ?? 0),
        cacheWriteTokens: sum.cacheWriteTokens + (call.cacheWriteTokens ?? 0),
      };
      return cost;
    },
    usage() {
      const [model, ...others] = models;
      return {
        ...(hasTold || isComplete ? sum : {}),
        ...(isComplete || compareDecimal(costUsd, '0') > 0 ? { costUsd } : {}),
        source: 'gateway',
        complete: isComplete,
        ...(others.length === 0 ? defined({ model }) : {}),
      };
    },
  };
}

/** What was refused, or never reached a model, costs nothing whatever its price. */
function costOf(call: ModelCall, priceOf: PriceOf): string | undefined {
  const { inputTokens, outputTokens, isWhole } = call;
  if (!isWhole || inputTokens === undefined || outputTokens === undefined) return undefined;
  return inputTokens === 0 && outputTokens === 0 ? '0' : priceOf({ ...priced(call), inputTokens, outputTokens });
}

/** What prices are looked up by. */
export function priced({ model, vendor, cacheReadTokens, cacheWriteTokens }: ModelCall) {
  return { model, ...defined({ vendor, cacheReadTokens, cacheWriteTokens }) };
}
