// Events between a run and people: approvals, questions, signals, a call for help.
import Type from 'typebox';
import type { Sha } from '../../support/index.ts';
import { foldDecision, foldEscalation, foldRequest } from './fold-approval.ts';
import { arrive } from './arrive.ts';
import { anything, by, due, eventKind, texts } from './event-kind.ts';

const sha = Type.Unsafe<Sha>({ type: 'string' });

/** The signal that the branch which a run started from was rewritten: a conflict like any other (decision 34). */
export const baseForcePushed = 'base.force_pushed';

export const peopleEvents = [
  eventKind({
    type: 'signal.received',
    sources: ['outside'],
    schema: Type.Object({ name: Type.String(), data: anything, by }),
    fold(draft, event) {
      if (event.data.name === baseForcePushed) draft.run.facts = { ...draft.run.facts, baseRewritten: true };
      else arrive(draft, event);
    },
  }),
  eventKind({
    type: 'approval.requested',
    sources: ['step'],
    schema: Type.Object({
      message: Type.String(),
      sha: Type.Optional(sha),
      inputHash: Type.String(),
      by: texts,
      expires: due,
    }),
    fold: (draft, event) => foldRequest(draft, event),
  }),
  eventKind({
    type: 'approval.decided',
    sources: ['outside'],
    schema: Type.Object({ approved: Type.Boolean(), by, sha: Type.Optional(sha) }),
    fold(draft, event) {
      if (!foldDecision(draft, event)) arrive(draft, event);
    },
  }),
  eventKind({ type: 'question.asked', sources: ['step'], schema: Type.Object({ questions: texts }) }),
  eventKind({
    type: 'question.answered',
    sources: ['outside'],
    schema: Type.Object({ answer: anything, by }),
    fold: arrive,
  }),
  eventKind({
    type: 'escalated',
    sources: ['step'],
    schema: Type.Object({ reason: Type.String() }),
    fold: (draft, event) => foldEscalation(draft, event),
  }),
] as const;
