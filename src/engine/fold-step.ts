// Events about one step, folded into its state. Illegal ones throw; what comes too late changes nothing but the costs.
import { asksPersona, isContainer } from '../definition/index.ts';
import { isObject } from '../support/index.ts';
import type { Json } from '../support/index.ts';
import { writable } from './draft.ts';
import type { Draft, StepDraft } from './draft.ts';
import { IllegalTransition } from './errors.ts';
import { countCheckpoint, countEnd, countStart, countUsage } from './fold-usage.ts';
import { text } from './messages.ts';
import { planOf } from './plan.ts';
import { isRunOver, isStepOver } from './statuses.ts';
import type { RunEvent, StepResult, StepStatus } from './types.ts';
import { ticketIn } from './wanted-tickets.ts';

type Of<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

/** Folds one `step.*` or `effect.*` event. */
export function foldStepEvent(draft: Draft, event: RunEvent): void {
  const step = event.step === undefined ? undefined : writable(draft, event.step);
  if (step === undefined) throw new IllegalTransition(text.unknownStep(event.type, String(event.step)));
  switch (event.type) {
    case 'step.ready':
      expectStatus(event, step, ['pending']);
      step.status = 'ready';
      return;
    case 'step.started':
      return start(draft, step, event);
    case 'step.progress':
      if (isCurrent(step, event)) step.progress = event.data.text;
      return;
    case 'step.checkpoint':
      countCheckpoint(draft, step, event.data.data);
      if (!isCurrent(step, event)) return;
      step.checkpoint = event.data.data;
      step.checkpointAttempt = step.attempts;
      return;
    case 'step.waiting':
      return wait(step, event);
    case 'step.succeeded':
      return succeed(draft, step, event);
    case 'step.failed':
      return fail(draft, step, event);
    case 'step.cancelled':
      return cancel(draft, step, event);
    case 'step.skipped':
      expectStatus(event, step, ['pending', 'ready', 'waiting']);
      step.skipped = event.data;
      end(step, 'skipped', event.at);
      return;
    case 'step.retry_scheduled':
      return scheduleRetry(draft, step, event);
    case 'step.reused':
      expectStatus(event, step, ['pending', 'ready']);
      step.reusedFrom = event.data.from;
      // Where the branch stands now, `prepare` of this run has told.
      keepResult(draft, step, event.data.result, { withFacts: false });
      end(step, 'succeeded', event.at);
      return;
    case 'effect.planned':
      step.effects[event.data.key] ??= { done: false };
      return;
    case 'effect.done':
      step.effects[event.data.key] = { done: true, result: event.data.result };
      return;
    default:
      return;
  }
}

/**
 * Whether an attempt that starts makes one more persona request. Not when the answer is kept already, not when it goes on with a
 * request that is answered later, and not when the attempt before it, counted, died before it asked.
 */
function willAsk({ status, checkpoint, checkpointAttempt, attempts }: StepDraft): boolean {
  const phase = isObject(checkpoint) ? checkpoint['phase'] : undefined;
  if (ticketIn(checkpoint) !== undefined) return false;
  const hasAsked = phase === 'asked' && checkpointAttempt === attempts;
  return phase !== 'answered' && (status !== 'running' || hasAsked);
}

function start(draft: Draft, step: StepDraft, event: Of<'step.started'>): void {
  expectStatus(event, step, ['pending', 'ready', 'running', 'waiting']);
  if (isRunOver(draft.run.status)) throw new IllegalTransition(text.illegalRun(event.type, draft.run.status));
  const goesOn = step.status === 'waiting' && step.approval?.isOpen !== true;
  const attempt = event.attempt ?? 1;
  const expected = goesOn ? step.attempts : step.attempts + 1;
  if (attempt !== expected) throw new IllegalTransition(text.wrongAttempt(step.path, attempt, expected));
  if (step.status === 'running') step.interruptions = (step.interruptions ?? 0) + 1;
  if (!goesOn) {
    step.usedMs = 0;
    delete step.progress;
    const place = planOf(draft.run.spec.workflow).get(step.path);
    if (place !== undefined && asksPersona(place.step)) countStart(draft, step, willAsk(step));
    if (place !== undefined && isContainer(place.step)) step.parkedMsBefore = draft.run.parkedMs ?? 0;
  }
  step.status = 'running';
  step.attempts = attempt;
  step.startedAt ??= event.at;
  step.executingSince = event.at;
  step.executingSeq = event.seq;
  step.input = event.data.input;
  step.inputHash = event.data.inputHash;
  if (event.data.timeoutMs === undefined) delete step.timeoutMs;
  else step.timeoutMs = event.data.timeoutMs;
  if (event.data.unresolved !== undefined) step.unresolved = event.data.unresolved;
  delete step.retryAt;
  delete step.waitingFor;
  delete step.woken;
  closeGate(step);
  if (draft.run.status === 'waiting') draft.run.status = 'running';
}

function wait(step: StepDraft, event: Of<'step.waiting'>): void {
  if (isLate(step, event)) return;
  const isAtGate = step.approval?.isOpen === true;
  expectStatus(event, step, isAtGate ? ['pending', 'ready', 'waiting'] : ['running']);
  step.status = 'waiting';
  if (isAtGate) {
    step.waitingFor = event.data;
    delete step.woken;
    return;
  }
  step.waitingFor = event.data;
  step.usedMs = usedBy(step, event.at);
  delete step.interruptions;
  // What arrived while it executed may be what it waits for: it looks again.
  const began = step.executingSeq ?? 0;
  if (step.arrivals?.some((arrival) => arrival.seq > began) === true) step.woken = true;
  delete step.executingSince;
}

function succeed(draft: Draft, step: StepDraft, event: Of<'step.succeeded'>): void {
  const { usage } = event.data.result;
  countUsage(draft, step, usage);
  if (isLate(step, event)) return;
  expectStatus(event, step, ['running', 'waiting']);
  countEnd(draft, step, { isSuccess: true });
  keepResult(draft, step, event.data.result);
  delete step.error;
  end(step, 'succeeded', event.at);
}

function fail(draft: Draft, step: StepDraft, event: Of<'step.failed'>): void {
  countUsage(draft, step, event.data.usage);
  if (isLate(step, event)) return;
  expectStatus(event, step, ['pending', 'ready', 'running', 'waiting']);
  if (isOpen(step)) countEnd(draft, step, { ...event.data, isSuccess: false });
  step.error = event.data.error;
  end(step, 'failed', event.at);
}

function cancel(draft: Draft, step: StepDraft, event: Of<'step.cancelled'>): void {
  countUsage(draft, step, event.data.usage);
  if (isStepOver(step.status)) return;
  if (step.status === 'running' || step.status === 'waiting')
    countEnd(draft, step, { ...event.data, isSuccess: false });
  const { reason, message } = event.data;
  step.cancelledBecause = reason;
  if (reason === 'timed_out')
    step.error = { class: 'timeout', code: 'engine/timed-out', message: message ?? text.stepTimedOut(step.path) };
  end(step, reason === 'timed_out' ? 'timed_out' : 'cancelled', event.at);
}

function scheduleRetry(draft: Draft, step: StepDraft, event: Of<'step.retry_scheduled'>): void {
  countUsage(draft, step, event.data.usage);
  if (isLate(step, event)) return;
  expectStatus(event, step, ['running', 'waiting']);
  countEnd(draft, step, { ...event.data, isSuccess: false });
  const { at, countsAsAttempt, error } = event.data;
  step.status = 'ready';
  step.retryAt = at;
  if (countsAsAttempt) step.failures = (step.failures ?? 0) + 1;
  else step.rateLimits = (step.rateLimits ?? 0) + 1;
  if (error !== undefined) step.error = error;
  // A persona whose answer was no good is asked again; one whose answer only did not get through is not.
  if (error?.class === 'contract' || error?.class === 'failed') delete step.checkpoint;
  delete step.interruptions;
  delete step.executingSince;
  delete step.waitingFor;
}

function keepResult(
  draft: Draft,
  step: StepDraft,
  result: StepResult,
  { withFacts }: { readonly withFacts: boolean } = { withFacts: true },
): void {
  step.result = result;
  if (result.facts !== undefined && withFacts) draft.run.facts = { ...draft.run.facts, ...result.facts };
  const { summary, outputs, verdict } = result;
  const keys: [string, Json][] = [
    [`${step.path}_result`, { ...outputs, ...(summary === undefined ? {} : { summary }) }],
    ...(verdict === undefined ? [] : [[`${step.path}_status`, verdict] satisfies [string, Json]]),
  ];
  const declared = planOf(draft.run.spec.workflow).get(step.path)?.step.outputs ?? {};
  for (const name of Object.keys(declared)) {
    const value = outputs[name];
    if (value !== undefined) keys.push([name, value]);
  }
  const aliases = keys
    .filter(([name]) => name.includes('-'))
    .map(([name, value]) => [name.replaceAll('-', '_'), value]);
  // fromEntries defines own properties, whatever the names are.
  draft.stateKeys = { ...draft.stateKeys, ...Object.fromEntries([...keys, ...aliases]) };
}

function end(step: StepDraft, status: StepStatus, at: number): void {
  step.status = status;
  step.finishedAt = at;
  delete step.executingSince;
  delete step.retryAt;
  delete step.waitingFor;
  delete step.woken;
  delete step.progress;
  delete step.skipRequested;
  closeGate(step);
}

/** What was asked and decided stays: a merge asks who approved which commit. */
function closeGate(step: StepDraft): void {
  if (step.approval?.isOpen === true) step.approval = { ...step.approval, isOpen: false };
}

/** Milliseconds the newest attempt has executed until now, without the time it waited. */
export function usedBy(step: Pick<StepDraft, 'usedMs' | 'executingSince'>, now: number): number {
  return (step.usedMs ?? 0) + (step.executingSince === undefined ? 0 : Math.max(0, now - step.executingSince));
}

/** Of an attempt that is over: after a timeout, a cancel, or when a newer attempt runs. */
function isLate(step: StepDraft, event: RunEvent): boolean {
  if (isStepOver(step.status)) return true;
  if (event.attempt !== undefined && event.attempt < step.attempts) return true;
  return step.status === 'ready' && event.attempt !== undefined && event.attempt === step.attempts;
}

/** Whether an attempt of it has begun and not ended. */
function isOpen({ status }: StepDraft): boolean {
  return status === 'running' || status === 'waiting';
}

function isCurrent(step: StepDraft, event: RunEvent): boolean {
  return step.status === 'running' && (event.attempt === undefined || event.attempt === step.attempts);
}

function expectStatus(event: RunEvent, step: StepDraft, allowed: readonly StepStatus[]): void {
  if (!allowed.includes(step.status)) throw new IllegalTransition(text.illegalStep(event.type, step.path, step.status));
}
