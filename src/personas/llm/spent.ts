// What the requests of one conversation took: priced one by one, added up exactly, held against what it may take. Unknown stays unknown.
import { addDecimal, compareDecimal, defined } from '../../support/index.ts';
import type { Usage } from '../../engine/index.ts';
import type { Allowance } from '../model/types.ts';
import type { PricedCall } from '../prices/price-of.ts';
import type { Tokens } from './model-turn.ts';

/** What one request costs; undefined: nobody knows. */
export type Price = (
  call: Pick<PricedCall, 'inputTokens' | 'outputTokens' | 'cacheReadTokens' | 'cacheWriteTokens'>,
) => string | undefined;

/** The account of one conversation. */
export interface Spent {
  /** An answer came. Its price. */
  add(tokens: Tokens): string | undefined;
  /** A request that was sent, and nobody tells what it took. */
  addUnknown(): void;
  usage(): Usage;
  /** What would be overdrawn by one more request; undefined: it may be sent. */
  limitAhead(): Limit | undefined;
}

/** Which limit, and what is left of it. */
export type Limit = { readonly of: 'money'; readonly left: string } | { readonly of: 'tokens'; readonly left: number };

/** Nothing spent yet. */
export function nothingSpent(price: Price, allowance: Allowance): Spent {
  let [input, output, cacheRead, cacheWrite, costUsd] = [0, 0, 0, 0, '0'];
  let last: Tokens | undefined;
  let [isWhole, isPriced, answers] = [true, true, 0];
  /** The least that the next request takes: it reads what the last one read and wrote, from a cache at best. */
  function ahead(): { readonly tokens: number; readonly costUsd: string } {
    if (last?.input === undefined) return { tokens: 0, costUsd: '0' };
    const inputTokens = last.input + (last.output ?? 0);
    const least = price({ inputTokens, outputTokens: 0, cacheReadTokens: last.input });
    return { tokens: inputTokens, costUsd: least ?? '0' };
  }
  return {
    add(tokens) {
      answers += 1;
      last = tokens;
      input += tokens.input ?? 0;
      output += tokens.output ?? 0;
      cacheRead += tokens.cacheRead ?? 0;
      cacheWrite += tokens.cacheWrite ?? 0;
      const isTold = tokens.input !== undefined && tokens.output !== undefined;
      const cost = isTold ? price(callOf(tokens)) : undefined;
      isWhole &&= isTold;
      isPriced &&= cost !== undefined;
      costUsd = addDecimal(costUsd, cost ?? '0');
      return cost;
    },
    addUnknown() {
      isWhole = false;
    },
    usage() {
      if (answers === 0 && !isWhole) return { source: 'none', complete: false };
      const isKnown = isPriced || costUsd !== '0';
      return {
        inputTokens: input,
        outputTokens: output,
        ...(cacheRead === 0 ? {} : { cacheReadTokens: cacheRead }),
        ...(cacheWrite === 0 ? {} : { cacheWriteTokens: cacheWrite }),
        ...(isKnown ? { costUsd } : {}),
        source: 'provider',
        complete: isWhole && isPriced,
      };
    },
    limitAhead() {
      const next = ahead();
      const most = allowance.costUsd;
      const isFirst = answers === 0;
      if (most !== undefined && isBeyond(addDecimal(costUsd, next.costUsd), most, isFirst || next.costUsd === '0'))
        return { of: 'money', left: most };
      const { tokens } = allowance;
      if (tokens !== undefined && (input + output + next.tokens > tokens || input + output >= tokens))
        return { of: 'tokens', left: tokens };
      return undefined;
    },
  };
}

/** Reaching the limit is beyond it where nothing is known of what comes. */
function isBeyond(sum: string, most: string, isReached: boolean): boolean {
  const compared = compareDecimal(sum, most);
  return compared > 0 || (isReached && compared === 0);
}

function callOf({ input = 0, output = 0, cacheRead, cacheWrite }: Tokens) {
  return {
    inputTokens: input,
    outputTokens: output,
    ...defined({ cacheReadTokens: cacheRead, cacheWriteTokens: cacheWrite }),
  };
}
