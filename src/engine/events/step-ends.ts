// Events that end a step. What comes too late changes nothing but the costs.
import Type from 'typebox';
import type { RunId } from '../../support/index.ts';
import { countEnd, countUsage } from './fold-usage.ts';
import { text } from '../model/messages.ts';
import { isStepOver } from '../model/statuses.ts';
import { error, eventKind, result, usage, word } from './event-kind.ts';
import { end, expectStatus, isLate, isOpen, keepResult, stepOf } from './step-rules.ts';

export const stepEnds = [
  eventKind({
    type: 'step.succeeded',
    sources: ['engine'],
    schema: Type.Object({ result }),
    fold(draft, event) {
      const step = stepOf(draft, event);
      countUsage(draft, step, event.data.result.usage);
      if (isLate(step, event)) return;
      expectStatus(event, step, ['running', 'waiting']);
      countEnd(draft, step, { isSuccess: true });
      keepResult(draft, step, { result: event.data.result, withFacts: true });
      delete step.error;
      end(step, 'succeeded', event.at);
    },
  }),
  eventKind({
    type: 'step.failed',
    sources: ['engine'],
    schema: Type.Object({ error, usage: Type.Optional(usage) }),
    fold(draft, event) {
      const step = stepOf(draft, event);
      countUsage(draft, step, event.data.usage);
      if (isLate(step, event)) return;
      expectStatus(event, step, ['pending', 'ready', 'running', 'waiting']);
      if (isOpen(step)) countEnd(draft, step, { ...event.data, isSuccess: false });
      step.error = event.data.error;
      end(step, 'failed', event.at);
    },
  }),
  eventKind({
    type: 'step.skipped',
    sources: ['engine'],
    schema: Type.Object({
      reason: word(['condition', 'dependency', 'branch', 'run_failed', 'person', 'persona']),
      because: Type.Optional(Type.String()),
    }),
    fold(draft, event) {
      const step = stepOf(draft, event);
      expectStatus(event, step, ['pending', 'ready', 'waiting']);
      step.skipped = event.data;
      end(step, 'skipped', event.at);
    },
  }),
  /** `ofRun`: the minutes of the run are over, not those of the step. */
  eventKind({
    type: 'step.cancelled',
    sources: ['engine'],
    schema: Type.Object({
      reason: word(['cancelled', 'superseded', 'timed_out']),
      message: Type.Optional(Type.String()),
      usage: Type.Optional(usage),
      ofRun: Type.Optional(Type.Unsafe<true>({ const: true })),
    }),
    fold(draft, event) {
      const step = stepOf(draft, event);
      countUsage(draft, step, event.data.usage);
      if (isStepOver(step.status)) return;
      if (isOpen(step)) countEnd(draft, step, { ...event.data, isSuccess: false });
      const { reason, message, ofRun } = event.data;
      step.cancelledBecause = reason;
      const code = ofRun === true ? 'engine/out-of-time' : 'engine/timed-out';
      if (reason === 'timed_out')
        step.error = { class: 'timeout', code, message: message ?? text.stepTimedOut(step.path) };
      end(step, reason === 'timed_out' ? 'timed_out' : 'cancelled', event.at);
    },
  }),
  /** A linked run takes over what the run before it did. */
  eventKind({
    type: 'step.reused',
    sources: ['engine'],
    schema: Type.Object({
      from: Type.Object({ run: Type.Unsafe<RunId>({ type: 'string' }), attempt: Type.Number() }),
      result,
    }),
    fold(draft, event) {
      const step = stepOf(draft, event);
      expectStatus(event, step, ['pending', 'ready']);
      step.reusedFrom = event.data.from;
      // Where the branch stands now, `prepare` of this run has told.
      keepResult(draft, step, { result: event.data.result, withFacts: false });
      end(step, 'succeeded', event.at);
    },
  }),
] as const;
