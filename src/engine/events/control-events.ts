// Events of controls: what people ask of a run. What is refused changes nothing and is answered where it was asked.
import Type from 'typebox';
import { foldControl } from './fold-control.ts';
import { anything, by, eventKind, word } from './event-kind.ts';

export const controlEvents = [
  eventKind({
    type: 'control.requested',
    sources: ['outside'],
    schema: Type.Object({
      verb: word(['retry', 'rerun', 'skip', 'stop', 'budget']),
      step: Type.Optional(Type.String()),
      value: Type.Optional(anything),
      by,
    }),
    fold: (draft, event) => foldControl(draft, event),
  }),
] as const;
