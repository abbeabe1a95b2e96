// Events of controls: what people ask of a run, and what was refused.
import Type from 'typebox';
import { foldControl } from '../fold-control.ts';
import { anything, by, eventKind, word } from './event-kind.ts';

export const controlEvents = [
  eventKind({
    type: 'control.rejected',
    sources: ['engine'],
    schema: Type.Object({ verb: Type.String(), by, message: Type.String() }),
  }),
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
