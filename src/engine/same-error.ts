// Whether a step failed twice in the same way, so that a third try would be paid for nothing. Pure; reads no clock.
import type { StepError, Usage } from './model/types.ts';

/** More of a message is never looked at. */
const mostCharacters = 2_000;

/**
 * The same class, code and words, but for what differs each time: numbers, ids, times. A wrong answer counts whatever it took
 * (decision 7); anything else only where both attempts were paid. A rate limit is waited out and never counts.
 */
export function isSameError(before: StepError | undefined, error: StepError): boolean {
  if (before === undefined || before.class !== error.class || before.code !== error.code) return false;
  if (error.class === 'rate_limit') return false;
  if (error.class === 'contract') return before.message === error.message || isPaidTwice(before, error);
  return isPaidTwice(before, error);
}

/** Whether something is known to have been paid for, in money or tokens. */
export function isPaid(usage: Usage | undefined): boolean {
  if (usage === undefined || usage.source === 'none') return false;
  const { costUsd, inputTokens = 0, outputTokens = 0 } = usage;
  return inputTokens + outputTokens > 0 || (costUsd !== undefined && Number(costUsd) > 0);
}

function isPaidTwice(before: StepError, error: StepError): boolean {
  return before.paid === true && error.paid === true && wordsOf(before.message) === wordsOf(error.message);
}

function wordsOf(message: string): string {
  return message
    .slice(0, mostCharacters)
    .toLowerCase()
    .replaceAll(/\b(?=[0-9a-z]*\d)[0-9a-z]+\b/g, '#')
    .replaceAll(/[\s\p{P}]+/gu, ' ')
    .trim();
}
