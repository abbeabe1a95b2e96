// The kind `approval`: waits for a person to approve or reject. The engine ends it by the decision.
import { defined } from '../../support/index.ts';
import Type from 'typebox';
import type { Static } from 'typebox';
import { closed, free, text } from '../source/fragments.ts';
import type { ApprovalStep } from '../model/types.ts';
import { approvalOf } from './approval-spec.ts';
import { approvalKeys, commonKeys, waitKeys } from '../source/keys.ts';
import type { PartsOf, StepKind } from '../source/step-kind.ts';

const schema = Type.Object(
  {
    ...commonKeys,
    type: Type.Literal('approval'),
    ...waitKeys,
    ...approvalKeys,
    message: Type.Optional(text('what the person reads; a template')),
    inputs: Type.Optional(free('values the decision is about; another value needs another decision')),
  },
  { ...closed, description: 'Waits for a person to approve or reject.' },
);

/** The kind. */
export const approval: StepKind = {
  type: 'approval',
  schema,
  example: {},
  normalise: (source: Static<typeof schema>): PartsOf<ApprovalStep> => ({
    approval: approvalOf(source),
    params: source.inputs ?? {},
    ...defined({ message: source.message }),
  }),
  describe: ({ approval: { by } }: ApprovalStep) =>
    `waits for approval${by.length === 0 ? '' : ` by ${by.join(', ')}`}`,
  decides: true,
  approves: true,
  isDecided: true,
  templates: ['message', 'inputs'],
  values: ['inputs'],
};
