// Events of money and limits: usage that came late, a limit that is reached, a provider that is left alone.
import Type from 'typebox';
import { writable } from '../draft.ts';
import { countUsage } from '../fold-usage.ts';
import { eventKind, usage, word } from './event-kind.ts';

export const spendingEvents = [
  eventKind({
    type: 'usage.recorded',
    sources: ['outside'],
    schema: Type.Object({
      usage,
      provider: Type.String(),
      model: Type.Optional(Type.String()),
      late: Type.Boolean(),
    }),
    fold(draft, event) {
      const step = event.step === undefined ? undefined : writable(draft, event.step);
      countUsage(draft, step, event.data.usage);
    },
  }),
  /** `atLeast`: some of what was used nobody told. */
  eventKind({
    type: 'budget.exceeded',
    sources: ['engine'],
    schema: Type.Object({
      which: word(['cost_usd', 'tokens', 'minutes', 'attempts']),
      limit: Type.Number(),
      used: Type.Number(),
      atLeast: Type.Optional(Type.Unsafe<true>({ const: true })),
    }),
    fold({ run }, { data }) {
      run.budgetExceeded ??= data;
    },
  }),
  eventKind({
    type: 'circuit.opened',
    sources: ['step'],
    schema: Type.Object({ provider: Type.String(), until: Type.Number() }),
  }),
] as const;
