// The kind `conditional`: one list of steps runs, the other is skipped.
import Type from 'typebox';
import type { Static } from 'typebox';
import { closed, expression, steps } from '../source/fragments.ts';
import type { ConditionalStep } from '../model/types.ts';
import { approvalKey, commonKeys, onFailureContainer } from '../source/keys.ts';
import type { PartsOf, StepKind } from '../source/step-kind.ts';

const schema = Type.Object(
  {
    ...commonKeys,
    type: Type.Literal('conditional'),
    approval: approvalKey,
    condition: expression('decides which list runs'),
    then_steps: Type.Optional(steps('run when the condition is true')),
    else_steps: Type.Optional(steps('run when it is false')),
    on_failure: onFailureContainer,
  },
  { ...closed, description: 'One list runs, the other is skipped.' },
);

/** The kind. */
export const conditional: StepKind = {
  type: 'conditional',
  schema,
  example: {
    condition: "task.type === 'bug'",
    then_steps: [{ id: 'inner', type: 'persona-request', persona: 'lead-engineer' }],
  },
  children: {
    branches: [
      { name: 'then', word: 'yes', when: 'when true' },
      { name: 'else', word: 'no', when: 'when false' },
    ],
    isChoice: true,
  },
  normalise: (source: Static<typeof schema>, around): PartsOf<ConditionalStep> => ({
    test: source.condition,
    thenSteps: around.steps(source.then_steps, 'then_steps'),
    elseSteps: around.steps(source.else_steps, 'else_steps'),
  }),
  describe: () => 'one list or the other',
  tells: { surely: ['then_steps', 'else_steps'] },
  missing: { condition: 'Say when the `then_steps` run.' },
  check({ step, path }, report) {
    if (Object.hasOwn(step, 'then_steps') || Object.hasOwn(step, 'else_steps')) return;
    report({
      code: 'schema/missing-key',
      path,
      message: 'A `conditional` has no `then_steps` and no `else_steps`',
      hint: 'List the steps that run when the condition is true under `then_steps:`.',
    });
  },
};
