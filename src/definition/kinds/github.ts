// The kind `github`: one typed write on an issue or pull request.
import Type from 'typebox';
import type { Static } from 'typebox';
import { objectOf } from '../source/source-steps.ts';
import type { Report } from '../source/report.ts';
import type { SourceStep } from '../source/source-steps.ts';
import { textOf } from '../expression/operators.ts';
import { closed, free, word } from '../source/fragments.ts';
import { didYouMean } from '../model/suggest.ts';
import type { OtherStep } from '../model/types.ts';
import { approvalKey, commonKeys, workKeys } from '../source/keys.ts';
import type { PartsOf, StepKind } from '../source/step-kind.ts';

/** What each action takes. */
const actions = {
  comment: { required: ['body'], known: ['body', 'number'] },
  label: { required: ['labels'], known: ['labels', 'number'] },
  unlabel: { required: ['labels'], known: ['labels', 'number'] },
  assign: { required: ['assignees'], known: ['assignees', 'number'] },
  'create-issue': { required: ['title'], known: ['title', 'body', 'labels'] },
  close: { required: [], known: ['number'] },
} as const;

/** Actions of the language that this version cannot do yet. */
const laterActions: ReadonlySet<string> = new Set(['review', 'request-review', 'dispatch', 'deployment']);

const schema = Type.Object(
  {
    ...commonKeys,
    type: Type.Literal('github'),
    approval: approvalKey,
    ...workKeys,
    action: word(Object.keys(actions), 'what to do with the issue or pull request'),
    params: Type.Optional(
      free(
        '`body` of a comment; `labels`; `assignees`; `title`, `body`, `labels` of an issue; `number` of another issue',
      ),
    ),
  },
  { ...closed, description: 'One write on GitHub.' },
);

/** The kind. */
export const github: StepKind = {
  type: 'github',
  schema,
  example: { action: 'comment', params: { body: 'Hello' } },
  normalise: ({ action }: Static<typeof schema>): PartsOf<OtherStep> => ({ config: { action } }),
  describe: ({ config }: OtherStep) => `GitHub: ${textOf(config['action'] ?? null)}`,
  subject: ({ config }: OtherStep) => `github ${textOf(config['action'] ?? null)}`,
  posts: () => ({ 'params.title': 'line', 'params.body': 'text' }),
  tells: { surely: ['action'] },
  check,
  checkLater({ step, path }, report) {
    const action = step['action'];
    if (typeof action !== 'string' || !laterActions.has(action)) return;
    report({
      code: 'capability/github-action',
      path: `${path}.action`,
      message: `This version of Troupe cannot do \`${action}\` yet`,
    });
  },
};

function check({ step, path }: SourceStep, report: Report): void {
  const action = step['action'];
  const wanted = Object.entries(actions).find(([name]) => name === action)?.[1];
  if (typeof action !== 'string' || wanted === undefined) return;
  const params = objectOf(step['params']);
  const known: readonly string[] = wanted.known;
  for (const key of Object.keys(params))
    if (!known.includes(key))
      report({
        code: 'schema/no-effect',
        path: `${path}.params.${key}`,
        on: 'key',
        message: `\`${key}\` has no effect on \`${action}\``,
        hint: didYouMean(key, known, 'parameter'),
      });
  for (const key of wanted.required)
    if (!Object.hasOwn(params, key))
      report({
        code: 'schema/missing-key',
        path: `${path}.params`,
        message: `\`${action}\` has no \`${key}\` in its \`params\``,
        hint: `Write \`params: { ${key}: … }\`.`,
      });
}
