// The kind `parallel`: steps at the same time, results together.
import Type from 'typebox';
import type { Static } from 'typebox';
import { closed, steps, word } from '../source/fragments.ts';
import type { ParallelStep } from '../model/types.ts';
import { approvalKey, commonKeys, conditionKey, onFailureContainer } from '../source/keys.ts';
import type { PartsOf, StepKind } from '../source/step-kind.ts';

const schema = Type.Object(
  {
    ...commonKeys,
    type: Type.Literal('parallel'),
    approval: approvalKey,
    condition: conditionKey,
    steps: steps('run at the same time'),
    wait_for: Type.Optional(
      word(['all', 'any'], 'wait for all (default), or until the first succeeds: the rest is cancelled'),
    ),
    on_failure: onFailureContainer,
  },
  { ...closed, description: 'Steps at the same time, results together.' },
);

/** The kind. */
export const parallel: StepKind = {
  type: 'parallel',
  schema,
  example: { steps: [{ id: 'inner', type: 'persona-request', persona: 'lead-engineer' }] },
  children: { branches: [{ name: 'child' }] },
  normalise: (source: Static<typeof schema>, around): PartsOf<ParallelStep> => ({
    waitFor: source.wait_for ?? 'all',
    steps: around.steps(source.steps, 'steps'),
  }),
  describe: ({ waitFor }: ParallelStep) =>
    waitFor === 'all' ? 'all at the same time' : 'at the same time, the first success counts',
  title: ({ waitFor }: ParallelStep) => waitFor,
  tells: { surely: ['steps'] },
};
