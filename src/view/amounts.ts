// Money, tokens, times and durations as people read them. An unknown price is called unknown, never 0.
import type { StepState, UsageTotal } from '../engine/index.ts';
import { formatDuration, isoTime } from '../support/index.ts';
import { labels } from './messages.ts';

/** What the whole run cost. */
export function runCost(usage: UsageTotal): string {
  if (usage.complete) return dollars(usage.costUsd);
  return Number(usage.costUsd) === 0 ? labels.unknownCost : `${dollars(usage.costUsd)} + ${labels.unknownCost}`;
}

/** What a step cost over all its attempts; empty for steps that use no model. */
export function stepCost(step: StepState): string {
  const usage = step.usage ?? [];
  if (usage.length === 0) return '';
  const known = usage.flatMap((one) => (one.costUsd === undefined ? [] : [Number(one.costUsd)]));
  if (known.length === 0) return labels.unknownCost;
  const sum = dollars(String(known.reduce((total, cost) => total + cost, 0)));
  return known.length === usage.length ? sum : `${sum} + ${labels.unknownCost}`;
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

function dollars(decimal: string): string {
  const amount = Number(decimal);
  if (!Number.isFinite(amount)) return labels.unknownCost;
  if (amount === 0) return '$0.00';
  return amount >= 0.1 ? `$${amount.toFixed(2)}` : `$${amount.toFixed(4)}`;
}
