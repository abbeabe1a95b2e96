// Keys that steps of several kinds share. A kind spreads them into its schema; what a key does stands with it.
import Type from 'typebox';
import type { Static } from 'typebox';
import {
  closed,
  duration,
  expression,
  flag,
  free,
  objectOr,
  oneOrMore,
  steps,
  templates,
  text,
  texts,
  whole,
  word,
} from './fragments.ts';

const errorClasses = ['transient', 'rate_limit', 'timeout', 'contract', 'failed'] as const;

/** How failed attempts are repeated. */
export const retrySchema = Type.Object(
  {
    limit: Type.Optional(whole('further attempts after the first', { minimum: 0, maximum: 20 })),
    initial: Type.Optional(duration('wait before the second attempt; default 1 s')),
    factor: Type.Optional(
      Type.Number({ description: 'each wait is this much longer; default 2', title: 'a number from 1', minimum: 1 }),
    ),
    max: Type.Optional(duration('longest wait; default 30 s')),
    jitter: Type.Optional(flag('vary each wait by a quarter; default true')),
    on: Type.Optional(
      Type.Array(word(errorClasses, 'a class of failure'), {
        description: 'which failures are repeated; default transient, rate_limit, timeout, contract',
        title: 'a list of failure classes',
      }),
    ),
  },
  { ...closed, title: 'an object', description: 'how failed attempts are repeated' },
);

/** How failed attempts are repeated, as the file has it. */
export type RetrySource = Static<typeof retrySchema>;

/** Who approves and how long they have. */
export const approvalKeys = {
  by: Type.Optional(
    texts('who decides: logins, teams as `owner/team`, and `not_requester`; default: whoever may approve here'),
  ),
  timeout: Type.Optional(duration('how long they have; default: as long as they like')),
  on_timeout: Type.Optional(
    word(
      ['reject', 'approve', 'escalate'],
      'what happens then; default reject; `escalate` calls a person and waits on',
    ),
  ),
};

/** A person's approval, asked before a step starts. */
const approvalSchema = objectOr<
  'required' | { by?: readonly string[]; timeout?: number | string; on_timeout?: 'reject' | 'approve' | 'escalate' }
>(
  Type.Object(approvalKeys, { ...closed, title: 'an object' }),
  { enum: ['required'], title: '`required` or an object' },
  'a person approves before the step starts: `required`, or who and how long',
);

/** Keys of every step. */
export const commonKeys = {
  id: Type.String({
    description: 'unique in the file; letters, digits, `-` and `_`',
    pattern: '^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$',
    title: 'an id: letters, digits, - and _, at most 64',
  }),
  name: Type.Optional(text('shown to people, also as the name of the check; default: the id in words')),
  description: Type.Optional(text('for people')),
  dependencies: Type.Optional(
    texts('ids of steps of the same list that come before; without it the step starts at once'),
  ),
  on_skipped_dependency: Type.Optional(
    word(
      ['skip', 'run', 'any'],
      'what a skipped dependency means: skip this step too (default), run it, or run it when at least one dependency succeeded',
    ),
  ),
  on_error: Type.Optional(
    Type.Object(
      {
        fallback: Type.Optional(word(['continue', 'stop'], 'whether the run goes on afterwards; default stop')),
        steps: Type.Optional(steps('run when the step has failed')),
      },
      { ...closed, title: 'an object', description: 'steps to run when this step has failed for good' },
    ),
  ),
};

/** A person is asked before the step starts. */
export const approvalKey = Type.Optional(approvalSchema);
/** Decides whether the step runs. */
export const conditionKey = Type.Optional(
  Type.Unsafe<string | boolean>({
    ...expression('an expression; false skips the step, and `false` itself switches it off'),
    type: ['string', 'boolean'],
  }),
);
/** `on_failure` of steps that cannot be tried again as a whole. */
export const onFailureContainer = Type.Optional(
  word(['stop', 'continue'], 'what a failure means for the run: it stops (default), or it goes on and ends degraded'),
);

/** Keys of steps that work in attempts: what they do may fail, take too long and be tried again. */
export const workKeys = {
  condition: conditionKey,
  outputs: Type.Optional(
    templates("names for later steps: templates over this step's own result, `{{steps.<id>.outputs.x}}`"),
  ),
  environment: Type.Optional(text('whose variables of `.github/troupe.yml` it sees')),
  timeout: Type.Optional(duration('the whole attempt: seconds, or `"90s" "30m" "1h"`, or a template')),
  retries: Type.Optional(
    whole('further attempts after a failed one; short for `retry: { limit }`', { minimum: 0, maximum: 20 }),
  ),
  retry: Type.Optional(retrySchema),
  on_failure: Type.Optional(
    word(
      ['stop', 'continue', 'retry'],
      'what a failure means for the run: it stops (default), it goes on and ends degraded, or the step is tried again at least once',
    ),
  ),
};

/** Keys of steps that wait for people or time: they cannot run out of it or be tried again. */
export const waitKeys = {
  condition: conditionKey,
  outputs: workKeys.outputs,
  environment: workKeys.environment,
  on_failure: onFailureContainer,
};

/** The commits of the step are taken back when it fails. */
export const rollbackKey = Type.Optional(
  flag('when it fails or is not judged a pass, its commits are taken off the branch again; default false'),
);

/** Keys of steps whose work is judged. */
export const judgedKeys = {
  expect: Type.Optional(
    Type.Unsafe<string | readonly string[]>({
      ...oneOrMore(['changes', 'outputs', 'comment', 'tests']),
      description: "what must come of it: `changes outputs comment tests`, one or a list; default: the persona's own",
    }),
  ),
  verify: Type.Optional(
    Type.Array(
      Type.Array(Type.String({ minLength: 1, title: 'text' }), {
        minItems: 1,
        title: 'a command as a list: [npm, test]',
      }),
      {
        description: 'commands Troupe itself runs on the judged commit, each as a list: `[[npm, test]]`',
        minItems: 1,
        title: 'a list of commands: [[npm, test]]',
      },
    ),
  ),
  unjudged: Type.Optional(texts("globs of files that may change after this step's verdict")),
  advisory: Type.Optional(flag('its verdict is shown and decides nothing')),
};

const anyStep = Type.Object({
  ...commonKeys,
  type: Type.String(),
  approval: approvalKey,
  ...workKeys,
  rollback: rollbackKey,
  ...judgedKeys,
  params: Type.Optional(free('whatever the kind takes')),
});

/** A step as the file has it, once the schema of its kind has passed it: what all kinds share. */
export type StepSource = Static<typeof anyStep>;
