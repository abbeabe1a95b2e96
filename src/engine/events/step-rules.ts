// What the events of steps share: which step they are about, what may follow what, and what an end leaves behind.
import { isPanelist } from '../../definition/index.ts';
import type { StepPath } from '../../support/index.ts';
import { writable } from './draft.ts';
import type { Draft, StepDraft } from './draft.ts';
import { IllegalTransition } from '../model/errors.ts';
import { text } from '../model/messages.ts';
import { withStateKeys } from '../model/state-keys.ts';
import { isStepOver } from '../model/statuses.ts';
import type { StepResult, StepStatus } from '../model/types.ts';
import type { Recorded } from './event-kind.ts';

/** An event as far as rules look at it. */
export type AnyEvent = Pick<Recorded<string, unknown>, 'type' | 'step' | 'attempt' | 'run' | 'seq'>;

/** The step of an event that has to be about one. */
export function stepOf(draft: Draft, event: AnyEvent): StepDraft {
  const step = event.step === undefined ? undefined : (writable(draft, event.step) ?? goneStep(draft, event.step));
  if (step === undefined) throw new IllegalTransition(text.unknownStep(event, String(event.step)));
  return step;
}

/** A step for an item that is no more: what is written to it is dropped with it. */
function goneStep({ run }: Draft, path: StepPath): StepDraft | undefined {
  const gone = run.retired?.[path];
  return gone === undefined ? undefined : { ...gone, effects: { ...gone.effects } };
}

/** Throws when the event may not follow what was before. */
export function expectStatus(event: AnyEvent, step: StepDraft, allowed: readonly StepStatus[]): void {
  if (!allowed.includes(step.status)) throw new IllegalTransition(text.illegalStep(event.type, step.path, step.status));
}

/** Of an attempt that is over: after a timeout, a cancel, or when a newer attempt runs. */
export function isLate(step: StepDraft, event: AnyEvent): boolean {
  if (isStepOver(step.status)) return true;
  if (event.attempt !== undefined && event.attempt < step.attempts) return true;
  return step.status === 'ready' && event.attempt !== undefined && event.attempt === step.attempts;
}

/** Whether an attempt of it has begun and not ended. */
export function isOpen({ status }: StepDraft): boolean {
  return status === 'running' || status === 'waiting';
}

/** Whether the event is of the attempt that executes. */
export function isCurrent(step: StepDraft, event: AnyEvent): boolean {
  return step.status === 'running' && (event.attempt === undefined || event.attempt === step.attempts);
}

/** The step ends. */
export function end(step: StepDraft, status: StepStatus, at: number): void {
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
export function closeGate(step: StepDraft): void {
  if (step.approval?.isOpen === true) step.approval = { ...step.approval, isOpen: false };
}

/** Keeps a result, the facts in it, and what later steps read of it. What was done for an item is read through its container. */
export function keepResult(
  draft: Draft,
  step: StepDraft,
  kept: { readonly result: StepResult; readonly withFacts: boolean },
): void {
  const { result, withFacts } = kept;
  step.result = result;
  if (result.facts !== undefined && withFacts) draft.run.facts = { ...draft.run.facts, ...result.facts };
  const place = draft.steps.plan.get(step.path);
  if (place === undefined || place.item !== undefined || isPanelist(place.step)) return;
  draft.stateKeys = withStateKeys(draft.stateKeys, place.step, result);
}
