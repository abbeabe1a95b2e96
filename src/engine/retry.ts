// What the end of an attempt means: result, failure, or another try later. Pure: chance and time come in.
import type { RetryPolicy, Step } from '../definition/index.ts';
import { oneLine, toJson, defined } from '../support/index.ts';
import { lastMoment } from './plan/budget.ts';
import { withDeclaredOutputs } from './plan/inputs.ts';
import { text } from './model/messages.ts';
import { isPaid, isSameError } from './same-error.ts';
import type { Place, Plan } from './model/place.ts';
import type { StepOutcome } from './ports.ts';
import type { RunState, StepState } from './model/state.ts';
import type { NewEvent } from './events/types.ts';
import type { StepError, StepResult, Usage } from './model/types.ts';

/** How long a rate limit is waited for where neither the provider nor the run's budget says. */
const patience = { stepMs: 60_000, others: 20 };

/** The end of one attempt. */
export interface AttemptEnd {
  readonly place: Place;
  readonly outcome: StepOutcome;
  readonly now: number;
  /** 0 ≤ x < 1. */
  readonly random: number;
}

/** The events that record how an attempt ended. */
export function attemptEnded(state: RunState, plan: Plan, end: AttemptEnd): NewEvent[] {
  const { place, outcome } = end;
  const step = state.steps.get(place.path);
  if (step === undefined) return [];
  const head = { step: place.path, attempt: step.attempts };
  if (outcome.kind === 'waiting') {
    const { for: waitsFor, until, message } = outcome;
    const data = { for: waitsFor, until, ...defined({ message }) };
    return [{ type: 'step.waiting', ...head, data }];
  }
  if (outcome.kind === 'failed') return failedAttempt(state, { ...end, step, ...outcome });
  const declared = withDeclaredOutputs(state, plan, { place, result: outcome.result });
  const usage = outcome.result.usage;
  if (!declared.ok) return failedAttempt(state, { ...end, step, error: declared.error, ...defined({ usage }) });
  const again = retryOfVerdict(state, { ...end, step, result: declared.value });
  // toJson keeps the shape of plain data and drops what JSON cannot hold, so memory equals what is read back.
  const result = toJson(declared.value) as unknown as StepResult;
  if (again !== undefined) return [again];
  const { verdict, verdictReason, summary } = declared.value;
  const isInVain = place.step.onFailure === 'retry' && verdict === 'fail' && (step.failures ?? 0) > 0;
  const escalated = isInVain ? escalation(state, { place, step, message: verdictReason ?? summary ?? '' }) : [];
  return [{ type: 'step.succeeded', ...head, data: { result } }, ...escalated];
}

/** `delay(n) = min(max, initial · factor^(n-1)) · (0.75 … 1.25)`, n from 1. */
export function retryDelay(policy: RetryPolicy, n: number, random: number): number {
  const base = Math.min(policy.maxMs, policy.initialMs * policy.factor ** (n - 1));
  return Math.round(policy.jitter ? base * (0.75 + random * 0.5) : base);
}

interface Failed {
  readonly place: Place;
  readonly step: StepState;
  readonly error: StepError;
  readonly usage?: Usage;
  readonly now: number;
  readonly random: number;
}

function failedAttempt(state: RunState, failed: Failed): NewEvent[] {
  const { place, step, usage } = failed;
  // the next failure is held against it
  const error: StepError = isPaid(usage) ? { ...failed.error, paid: true } : failed.error;
  const head = { step: place.path, attempt: step.attempts };
  const paid = usage === undefined ? {} : { usage };
  const again = retryOf(state, { ...failed, error });
  if (again !== undefined) {
    const reason = text.retryReason(error.class, error.message);
    return [{ type: 'step.retry_scheduled', ...head, data: { ...again, reason, error, ...paid } }];
  }
  const isInVain = isRetryable(place.step, error) && (step.failures ?? 0) > 0;
  const escalated = isInVain ? escalation(state, { place, step, message: error.message }) : [];
  const isTwice = isRetryable(place.step, error) && isSameError(step.error, error);
  if (error.class === 'timeout') {
    const message = isTwice ? `${error.message}. ${text.sameTwice()}` : error.message;
    return [{ type: 'step.cancelled', ...head, data: { reason: 'timed_out', message, ...paid } }, ...escalated];
  }
  const told = isTwice ? { ...error, hint: [text.sameTwice(), error.hint].filter(Boolean).join(' ') } : error;
  return [{ type: 'step.failed', ...head, data: { error: told, ...paid } }, ...escalated];
}

/** What was tried again in vain needs a person, where the run needs the step. Once per run. */
function escalation(
  state: RunState,
  { place, step, message }: { readonly place: Place; readonly step: StepState; readonly message: string },
): NewEvent[] {
  const { onFailure, advisory, name } = place.step;
  if (state.escalated !== undefined || onFailure === 'continue' || advisory) return [];
  const reason = text.triedInVain(name, step.attempts, oneLine(message, 1_000));
  return [{ type: 'escalated', step: place.path, data: { reason } }];
}

function retryOf(state: RunState, failed: Failed): { at: number; countsAsAttempt: boolean } | undefined {
  const { place, step, error, now, random } = failed;
  const { retry } = place.step;
  // somebody else is asked: at once, and no attempt of the one who is out
  if (error.instead !== undefined && (step.rateLimits ?? 0) < patience.others)
    return { at: now, countsAsAttempt: false };
  if (!isRetryable(place.step, error)) return undefined;
  if (error.class === 'rate_limit') {
    const n = (step.rateLimits ?? 0) + 1;
    const at = now + (error.retryAfterMs ?? Math.max(patience.stepMs, retryDelay(retry, n, random)));
    return at < lastMoment(state, step.startedAt ?? now) ? { at, countsAsAttempt: false } : undefined;
  }
  // Decision 7: an answer that is wrong in the same way twice will be wrong a third time, and so is what was paid for twice.
  if (isSameError(step.error, error)) return undefined;
  const n = (step.failures ?? 0) + 1;
  if (n > limitOf(place.step, error)) return undefined;
  return { at: now + Math.max(error.retryAfterMs ?? 0, retryDelay(retry, n, random)), countsAsAttempt: true };
}

/** `on_failure: retry` makes a fail verdict a failed attempt; after the last one the verdict stands. */
function retryOfVerdict(
  state: RunState,
  end: { place: Place; step: StepState; result: StepResult; now: number; random: number },
): NewEvent | undefined {
  const { place, step, result } = end;
  if (place.step.onFailure !== 'retry' || result.verdict !== 'fail') return undefined;
  const message = text.failVerdict(result.verdictReason ?? result.summary);
  const error: StepError = {
    class: 'failed',
    code: 'engine/fail-verdict',
    message,
    ...(isPaid(result.usage) ? { paid: true } : {}),
  };
  const again = retryOf(state, { ...end, error });
  if (again === undefined) return undefined;
  const paid = result.usage === undefined ? {} : { usage: result.usage };
  const data = { ...again, reason: text.retryReason('verdict', message), error, ...paid };
  return { type: 'step.retry_scheduled', step: place.path, attempt: step.attempts, data };
}

function isRetryable(step: Step, error: StepError): boolean {
  if (step.onFailure === 'retry' && error.class === 'failed') return true;
  const can = ['transient', 'rate_limit', 'timeout', 'contract'].includes(error.class);
  return can && step.retry.on.includes(error.class);
}

function limitOf(step: Step, error: StepError): number {
  const { limit, transientLimit } = step.retry;
  const named = error.class === 'transient' && limit === 0 ? transientLimit : limit;
  return step.onFailure === 'retry' ? Math.max(1, named) : named;
}
