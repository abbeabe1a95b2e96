// The kind `gate`: opens only when all required verdicts pass. The engine decides it.
import { defined } from '../../support/index.ts';
import Type from 'typebox';
import type { Static } from 'typebox';
import type { Report } from '../source/report.ts';
import { stringsOf } from '../source/source-steps.ts';
import type { SourceStep } from '../source/source-steps.ts';
import { analysisTexts as say } from '../model/messages.ts';
import { closed, flag, text, texts, whole } from '../source/fragments.ts';
import type { GateStep } from '../model/types.ts';
import { commonKeys, conditionKey, onFailureContainer, workKeys } from '../source/keys.ts';
import type { PartsOf, StepKind } from '../source/step-kind.ts';

const schema = Type.Object(
  {
    ...commonKeys,
    type: Type.Literal('gate'),
    condition: conditionKey,
    outputs: workKeys.outputs,
    on_failure: onFailureContainer,
    require: Type.Unsafe<readonly string[]>({
      ...texts('ids of steps that must all say pass'),
      minItems: 1,
      title: 'a list of step ids',
    }),
    rework: Type.Optional(
      text('id of the step that is done again, with what depends on it, when a verdict is no pass'),
    ),
    max_attempts: Type.Optional(
      whole('how often the gate looks; default 3 with `rework`, else 1', { minimum: 1, maximum: 20 }),
    ),
    escalate: Type.Optional(flag('call a person when it stays shut; default true')),
  },
  { ...closed, description: 'Opens only when all required verdicts pass.' },
);

/** The kind. */
export const gate: StepKind = {
  type: 'gate',
  schema,
  example: { require: ['qa'] },
  normalise: (source: Static<typeof schema>): PartsOf<GateStep> => ({
    require: source.require,
    ...defined({ rework: source.rework }),
    maxAttempts: source.max_attempts ?? (source.rework === undefined ? 1 : 3),
    escalate: source.escalate ?? true,
  }),
  describe: ({ require, rework }: GateStep) =>
    `opens when ${require.join(', ')} say pass${rework === undefined ? '' : `, else sends ${rework} back`}`,
  decides: true,
  isDecided: true,
  tells: { surely: ['require'] },
  waitsFor: (step) => stringsOf(step['require']),
  checkNames,
  risks: ({ name, rework, maxAttempts }: GateStep) =>
    rework === undefined ? [] : [{ kind: 'rework', message: say.rework(name, rework, maxAttempts) }],
};

function checkNames(step: SourceStep, before: ReadonlyMap<string, unknown>, report: Report): void {
  const names = [
    ...stringsOf(step.step['require']).map((id, index) => ({ id, path: `${step.path}.require[${index}]` })),
    ...stringsOf([step.step['rework'] ?? null]).map((id) => ({ id, path: `${step.path}.rework` })),
  ];
  const siblings = new Set(step.list.steps.map(({ id }) => id));
  const required = new Set(stringsOf(step.step['require']));
  for (const { id, path } of names) {
    if (before.has(id) || (required.has(id) && siblings.has(id) && id !== step.id)) continue;
    report({
      code: 'structure/gate-step',
      path,
      message: `\`${id}\` is no step that comes before the gate \`${step.id}\``,
      hint: 'Name a step that the gate depends on, or one before that.',
    });
  }
}
