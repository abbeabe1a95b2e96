// Events of writes outside: planned before, done after. What is planned and not done is looked up; what nobody answered, for minutes.
import Type from 'typebox';
import { anything, eventKind } from './event-kind.ts';
import { stepOf } from './step-rules.ts';

export const effectEvents = [
  eventKind({
    type: 'effect.planned',
    sources: ['engine'],
    schema: Type.Object({ key: Type.String(), what: Type.String() }),
    fold(draft, event) {
      stepOf(draft, event).effects[event.data.key] ??= { done: false };
    },
  }),
  eventKind({
    type: 'effect.unanswered',
    sources: ['engine'],
    schema: Type.Object({ key: Type.String() }),
    fold(draft, event) {
      stepOf(draft, event).effects[event.data.key] = { done: false, unansweredAt: event.at };
    },
  }),
  eventKind({
    type: 'effect.done',
    sources: ['engine'],
    schema: Type.Object({ key: Type.String(), result: anything }),
    fold(draft, event) {
      stepOf(draft, event).effects[event.data.key] = { done: true, result: event.data.result };
    },
  }),
] as const;
