// Events of a step on its way: ready, started, progress, checkpoint, waiting, another try, and the items of one that is done for each.
import Type from 'typebox';
import { isObject } from '../../support/index.ts';
import type { Json, StepPath } from '../../support/index.ts';
import { asksPersona, isContainer } from '../../definition/index.ts';
import type { Draft, StepDraft } from './draft.ts';
import { IllegalTransition } from '../model/errors.ts';
import { expand } from './fold-items.ts';
import { countCheckpoint, countEnd, countStart, countUsage } from './fold-usage.ts';
import { text } from '../model/messages.ts';
import { isRunOver } from '../model/statuses.ts';
import { usedBy } from '../model/used-by.ts';
import { requestUnderWay, ticketIn } from '../plan/wanted-tickets.ts';
import { anything, due, error, eventKind, texts, usage, word } from './event-kind.ts';
import type { Recorded } from './event-kind.ts';
import { closeGate, expectStatus, isCurrent, isLate, stepOf } from './step-rules.ts';

/** `unresolved`: references without a value that `permissive` let pass. */
const started = Type.Object({
  input: anything,
  inputHash: Type.String(),
  timeoutMs: Type.Optional(Type.Number()),
  unresolved: Type.Optional(texts),
});

export const stepBegins = [
  eventKind({ type: 'step.started', sources: ['engine'], schema: started, fold: start }),
  /** The steps of a container are there once for each of these items. */
  eventKind({
    type: 'steps.expanded',
    sources: ['engine'],
    schema: Type.Object({
      parent: Type.Unsafe<StepPath>({ type: 'string' }),
      items: Type.Unsafe<readonly Json[]>({ type: 'array' }),
    }),
    fold: expand,
  }),
  eventKind({
    type: 'step.progress',
    sources: ['engine'],
    schema: Type.Object({ text: Type.String() }),
    fold(draft, event) {
      const step = stepOf(draft, event);
      if (isCurrent(step, event)) step.progress = event.data.text;
    },
  }),
  eventKind({
    type: 'step.checkpoint',
    sources: ['engine'],
    schema: Type.Object({ data: anything }),
    fold(draft, event) {
      const step = stepOf(draft, event);
      countCheckpoint(draft, step, { data: event.data.data, at: event.at });
      if (!isCurrent(step, event)) return;
      step.checkpoint = event.data.data;
      step.checkpointAttempt = step.attempts;
    },
  }),
  eventKind({
    type: 'step.waiting',
    sources: ['engine'],
    schema: Type.Object({
      for: word(['approval', 'answer', 'timer', 'ticket']),
      until: due,
      message: Type.Optional(Type.String()),
    }),
    fold(draft, event) {
      const step = stepOf(draft, event);
      if (isLate(step, event)) return;
      const isAtGate = step.approval?.isOpen === true;
      expectStatus(event, step, isAtGate ? ['pending', 'ready', 'waiting'] : ['running']);
      step.status = 'waiting';
      step.waitingFor = event.data;
      if (isAtGate) {
        delete step.woken;
        return;
      }
      step.usedMs = usedBy(step, event.at);
      delete step.interruptions;
      // What arrived while it executed may be what it waits for: it looks again.
      const began = step.executingSeq ?? 0;
      if (step.arrivals?.some((arrival) => arrival.seq > began) === true) step.woken = true;
      delete step.executingSince;
    },
  }),
  /** Ends an attempt without ending its step. `error` is what the next attempt is told. */
  eventKind({
    type: 'step.retry_scheduled',
    sources: ['engine'],
    schema: Type.Object({
      at: Type.Number(),
      reason: Type.String(),
      countsAsAttempt: Type.Boolean(),
      error: Type.Optional(error),
      usage: Type.Optional(usage),
    }),
    fold(draft, event) {
      const step = stepOf(draft, event);
      const { at, countsAsAttempt, error: failed } = event.data;
      countUsage(draft, step, event.data.usage);
      if (isLate(step, event)) return;
      expectStatus(event, step, ['running', 'waiting']);
      countEnd(draft, step, { ...event.data, isSuccess: false });
      step.status = 'ready';
      step.retryAt = at;
      if (countsAsAttempt) step.failures = (step.failures ?? 0) + 1;
      else step.rateLimits = (step.rateLimits ?? 0) + 1;
      if (failed !== undefined) step.error = failed;
      // A persona whose answer was no good is asked again; one whose answer only did not get through is not.
      // A session is gone on with after a death, never after a failure.
      if (failed?.class === 'contract' || failed?.class === 'failed' || requestUnderWay(step.checkpoint) !== undefined)
        delete step.checkpoint;
      delete step.interruptions;
      delete step.executingSince;
      delete step.waitingFor;
    },
  }),
] as const;

/**
 * Whether an attempt that starts makes one more persona request. Not when the answer is kept already, not when it goes on with a
 * request that is answered later, and not when the attempt before it, counted, died before it asked.
 */
function willAsk({ status, checkpoint, checkpointAttempt, attempts }: StepDraft): boolean {
  const phase = isObject(checkpoint) ? checkpoint['phase'] : undefined;
  if (ticketIn(checkpoint) !== undefined) return false;
  // if it cannot be gone on with, the checkpoint of the new request counts that one
  if (status === 'running' && requestUnderWay(checkpoint)?.keepsSession === true) return false;
  const hasAsked = phase === 'asked' && checkpointAttempt === attempts;
  return phase !== 'answered' && phase !== 'handed-in' && (status !== 'running' || hasAsked);
}

function start(
  draft: Draft,
  event: Recorded<
    'step.started',
    { input: Json; inputHash: string; timeoutMs?: number; unresolved?: readonly string[] }
  >,
): void {
  const step = stepOf(draft, event);
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
    const place = draft.steps.plan.get(step.path);
    if (place !== undefined && asksPersona(place.step)) countStart(draft, step, willAsk(step));
    if (place !== undefined && isContainer(place.definition)) step.parkedMsBefore = draft.run.parkedMs ?? 0;
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
