// The kind `question`: asks the people on the issue; their answer resumes the run.
import Type from 'typebox';
import type { Static } from 'typebox';
import { closed, texts } from '../source/fragments.ts';
import type { QuestionStep } from '../model/types.ts';
import { approvalKey, commonKeys, waitKeys } from '../source/keys.ts';
import type { PartsOf, StepKind } from '../source/step-kind.ts';

const schema = Type.Object(
  {
    ...commonKeys,
    type: Type.Literal('question'),
    approval: approvalKey,
    ...waitKeys,
    questions: Type.Unsafe<readonly string[]>({
      ...texts('what to ask; templates'),
      minItems: 1,
      maxItems: 10,
      title: 'a list of questions',
    }),
  },
  { ...closed, description: 'Asks the people on the issue; the answer is `outputs.answers`.' },
);

/** The kind. */
export const question: StepKind = {
  type: 'question',
  schema,
  example: { questions: ['Which environment?'] },
  normalise: ({ questions }: Static<typeof schema>): PartsOf<QuestionStep> => ({ config: { questions } }),
  describe: () => 'asks the people on the issue',
  decides: true,
  tells: { surely: ['questions'] },
  templates: ['questions'],
};
