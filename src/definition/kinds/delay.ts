// The kind `delay`: a durable timer, for a while or until a time.
import Type from 'typebox';
import type { Static } from 'typebox';
import { formatDuration, defined } from '../../support/index.ts';
import { closed, duration, text } from '../source/fragments.ts';
import type { DelayStep } from '../model/types.ts';
import { milliseconds } from './approval-spec.ts';
import { approvalKey, commonKeys, waitKeys } from '../source/keys.ts';
import type { PartsOf, StepKind } from '../source/step-kind.ts';

const schema = Type.Object(
  {
    ...commonKeys,
    type: Type.Literal('delay'),
    approval: approvalKey,
    ...waitKeys,
    duration: Type.Optional(duration('how long')),
    until: Type.Optional(text('a time, `2026-12-01T08:00:00Z`; a template')),
  },
  { ...closed, description: 'Waits for a while, or until a time.' },
);

/** The kind. */
export const delay: StepKind = {
  type: 'delay',
  schema,
  example: { duration: '30m' },
  normalise: (source: Static<typeof schema>): PartsOf<DelayStep> => ({
    config: {
      ...(source.duration === undefined ? {} : { duration: milliseconds(source.duration) }),
      ...defined({ until: source.until }),
    },
  }),
  describe: ({ config }: DelayStep) => `waits ${waitText(config)}`,
  tells: { surely: ['duration', 'until'] },
  templates: ['duration', 'until'],
  durations: ['duration'],
  check({ step, path }, report) {
    const given = ['duration', 'until'].filter((key) => Object.hasOwn(step, key));
    if (given.length === 1) return;
    const isNone = given.length === 0;
    report({
      code: isNone ? 'schema/missing-key' : 'schema/no-effect',
      path: isNone ? path : `${path}.until`,
      message: isNone ? 'A `delay` has no `duration` and no `until`' : 'Both `duration` and `until` are there',
      hint: 'Write one of them: `duration: 30m`.',
    });
  },
  atMostMs: ({ config }: DelayStep) => (typeof config.duration === 'number' ? config.duration : 0),
};

function waitText({ duration: length, until }: DelayStep['config']): string {
  if (until !== undefined) return `until ${until}`;
  return typeof length === 'number' ? formatDuration(length) : (length ?? '');
}
