// Money, tokens, times and durations as people read them. An unknown price is called unknown, never 0.
import type { StepState, UsageTotal } from '../../engine/index.ts';
import { addDecimal, formatDuration, isoTime } from '../../support/index.ts';
import { labels } from './messages.ts';

/** What the whole run cost. */
export function runCost(usage: UsageTotal): string {
  return costText(spentIn(usage));
}

/** What is known of what the whole run cost. */
export function spentIn({ costUsd, complete, estimated }: UsageTotal): Spent {
  return { known: costUsd, complete, ...(estimated === true ? { estimated } : {}) };
}

/** How many tokens the whole run took. */
export function runTokens({ inputTokens, outputTokens, tokensUnknown }: UsageTotal): string {
  const known = inputTokens + outputTokens;
  if (tokensUnknown !== true) return labels.tokens(known);
  return known === 0 ? labels.unknownTokens : labels.atLeast(labels.tokens(known));
}

/** What is known of what something cost, and whether that is all. */
export interface Spent {
  /** Dollars as a decimal. */
  readonly known: string;
  readonly complete: boolean;
  /** Some of it is worked out from tokens. */
  readonly estimated?: true;
}

/** What a step cost over all its attempts. */
export function spentBy({ usage = [] }: Pick<StepState, 'usage'>): Spent {
  return {
    known: usage.reduce((total, { costUsd = '0' }) => addDecimal(total, costUsd), '0'),
    complete: usage.every(({ costUsd, complete }) => costUsd !== undefined && complete),
    ...(usage.some(({ source, costUsd }) => source === 'estimated' && costUsd !== undefined)
      ? { estimated: true }
      : {}),
  };
}

/** To the last digit, for lists and machines' eyes; empty where it is known to be nothing. */
export function exactCost({ known, complete, estimated }: Spent): string {
  const isNothing = Number(known) === 0;
  const amount = estimated === true ? labels.about(`$${known}`) : `$${known}`;
  if (complete) return isNothing ? '' : amount;
  return isNothing ? labels.unknownCost : labels.atLeast(amount);
}

/** How long a finished step took, or since when an open one runs: text that stays the same while it runs. */
export function stepDuration(step: StepState): string {
  if (step.startedAt === undefined) return '';
  if (step.finishedAt === undefined) return labels.since(clockTime(step.startedAt));
  return formatDuration(Math.max(0, step.finishedAt - step.startedAt));
}

/** `12:04 UTC`. */
export function clockTime(ms: number): string {
  return `${isoTime(ms).slice(11, 16)} UTC`;
}

/** An unknown price is called unknown, a part of one "at least", an estimate "about". */
export function costText({ known, complete, estimated }: Spent): string {
  const amount = estimated === true ? labels.about(dollars(known)) : dollars(known);
  if (complete) return amount;
  return Number(known) === 0 ? labels.unknownCost : labels.atLeast(amount);
}

function dollars(decimal: string): string {
  const amount = Number(decimal);
  if (!Number.isFinite(amount)) return labels.unknownCost;
  if (amount === 0) return '$0.00';
  if (amount < 0.0001) return labels.under('$0.0001');
  return amount >= 0.1 ? `$${amount.toFixed(2)}` : `$${amount.toFixed(4)}`;
}
