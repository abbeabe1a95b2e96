// Events of money and limits: usage that came late, a limit that is reached, a provider that is left alone.
import Type from 'typebox';
import { writable } from './draft.ts';
import { countUsage } from './fold-usage.ts';
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
      const { usage: told, late } = event.data;
      // the step itself has read that answer, and knows better
      const isKnown = step?.usage?.some(
        ({ request, complete }) => complete && request !== undefined && request === told.request,
      );
      if (late && isKnown === true) return;
      countUsage(draft, step, event.data.usage);
    },
  }),
  /** `atLeast`: some of what was used nobody told. `from`: whose limit it is. A step tells of limits that runs share. */
  eventKind({
    type: 'budget.exceeded',
    sources: ['engine', 'step'],
    schema: Type.Object({
      which: word([
        'cost_usd',
        'tokens',
        'minutes',
        'attempts',
        'max_cost_usd',
        'cost_usd_per_task',
        'tokens_per_task',
        'cost_usd_per_repository_day',
        'cost_usd_per_day',
      ]),
      limit: Type.Number(),
      used: Type.Number(),
      atLeast: Type.Optional(Type.Unsafe<true>({ const: true })),
      from: Type.Optional(word(['operator', 'repository', 'workflow', 'job'])),
    }),
    fold({ run }, { data, at }) {
      // time ends what money and tokens let go on
      if (data.which === 'minutes') {
        run.budgetExceeded = data;
        run.outOfTimeAt ??= at;
      } else run.budgetExceeded ??= data;
    },
  }),
  eventKind({
    type: 'circuit.opened',
    sources: ['step'],
    schema: Type.Object({ provider: Type.String(), until: Type.Number() }),
  }),
] as const;
