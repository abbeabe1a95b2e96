// Events of writes outside: planned before, done after. What is planned and not done is looked up; what nobody answered, for minutes.
import Type from 'typebox';
import { anything, eventKind } from './event-kind.ts';
import { defined } from '../../support/index.ts';
import type { StepDraft } from './draft.ts';
import { stepOf } from './step-rules.ts';

export const effectEvents = [
  eventKind({
    type: 'effect.planned',
    sources: ['engine'],
    schema: Type.Object({ key: Type.String(), what: Type.String() }),
    fold(draft, event) {
      const { effects } = stepOf(draft, event);
      const known = effects[event.data.key];
      effects[event.data.key] =
        known === undefined ? { done: false } : known.done ? known : { ...known, againAt: event.at };
    },
  }),
  eventKind({
    type: 'effect.unanswered',
    sources: ['engine'],
    schema: Type.Object({ key: Type.String() }),
    fold(draft, event) {
      const { effects } = stepOf(draft, event);
      effects[event.data.key] = { ...againOf(effects[event.data.key]), done: false, unansweredAt: event.at };
    },
  }),
  eventKind({
    type: 'effect.done',
    sources: ['engine'],
    schema: Type.Object({ key: Type.String(), result: anything }),
    fold(draft, event) {
      const { effects } = stepOf(draft, event);
      const { key, result } = event.data;
      effects[key] = { ...againOf(effects[key]), done: true, result };
    },
  }),
] as const;

/** What was done again may come twice, whatever became of it since. */
function againOf(known: StepDraft['effects'][string] | undefined): { readonly againAt?: number } {
  return defined({ againAt: known?.againAt });
}
