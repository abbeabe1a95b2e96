// What a step may say, by type. One source: ajv checks with it, the published schema and the language page print it.
import Type from 'typebox';
import type { Static } from 'typebox';
import type { JsonObject } from '../../support/index.ts';
import {
  closed,
  duration,
  expression,
  flag,
  flagOrText,
  free,
  objectOr,
  oneOrMore,
  steps,
  text,
  texts,
  templates,
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

const approvalKeys = {
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

const common = {
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
const approval = Type.Optional(approvalSchema);
const condition = Type.Optional(expression('an expression; false skips the step'));
const onFailureContainer = Type.Optional(
  word(['stop', 'continue'], 'what a failure means for the run: it stops (default), or it goes on and ends degraded'),
);
const leaf = {
  condition,
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

/** Asks a persona. */
export const personaStepSchema = Type.Object(
  {
    ...common,
    type: Type.Literal('persona-request'),
    approval,
    ...leaf,
    persona: Type.String({ description: 'id of the persona', minLength: 1, title: 'the id of a persona' }),
    provider: Type.Optional(
      text("who executes it; default: the persona's own, then the workflow's, then the operator's"),
    ),
    profile: Type.Optional(text('a named variant in the persona file')),
    skills: Type.Optional(texts('skill files added to the prompt')),
    params: Type.Optional(free('given to the persona as inputs')),
    output_schema: Type.Optional(free("JSON Schema of the outputs; replaces the persona's own")),
    commit: Type.Optional(word(['auto', 'none'], 'whether Troupe commits its edits; default auto')),
    message: Type.Optional(text('template of the commit message')),
    rollback: Type.Optional(
      flag('when it fails or is not judged a pass, its commits are taken off the branch again; default false'),
    ),
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
  },
  { ...closed, description: 'Asks a persona; Troupe commits its edits.' },
);

/** Git and the pull request. */
export const gitStepSchema = Type.Object(
  {
    ...common,
    type: Type.Literal('git-operation'),
    approval,
    ...leaf,
    operation: Type.String({ description: 'what to do; see the table of operations', title: 'an operation' }),
    branch: Type.Optional(text('the branch it is about')),
    base: Type.Optional(text('the branch or commit to compare with or start from')),
    message: Type.Optional(text('commit or merge message')),
    title: Type.Optional(text('title of the pull request')),
    body: Type.Optional(text('text of the pull request')),
    draft: Type.Optional(flag('leave the pull request a draft')),
    labels: Type.Optional(texts('labels of the pull request')),
    reviewers: Type.Optional(texts('people and teams asked to review')),
    paths: Type.Optional(texts('globs of files')),
    strategy: Type.Optional(word(['merge', 'rebase', 'squash'], 'how branches come together')),
    merge_strategy: Type.Optional(
      word(['merge', 'rebase', 'squash', 'merge_commit'], 'how the pull request is merged; `merge_commit` is `merge`'),
    ),
    target_branch: Type.Optional(text('another word for `base`')),
    params: Type.Optional(free('the same keys, for files that have them there')),
    merge: Type.Optional(flag('whether `finalize` also merges; default false')),
    cleanup_branch: Type.Optional(flag('delete the branch after the merge')),
    conflicts: Type.Optional(
      Type.Record(Type.String(), word(['base', 'branch'], 'whose version is taken'), {
        description: 'globs of generated files, and whose version a merge takes where both changed them',
      }),
    ),
    tag: Type.Optional(text('the name of the tag')),
    tag_release: Type.Optional(
      flagOrText(
        'tag the merged commit and make a GitHub release of it, with the text of the pull request as notes; `true`: the patch after the newest `v1.2.3`',
      ),
    ),
    update_changelog: Type.Optional(
      flagOrText(
        'enter the title of the task under "Unreleased" of this file, on the branch, after everything was judged; `true`: `CHANGELOG.md`',
      ),
    ),
    immediate_deploy: Type.Optional(
      flagOrText(
        'make a deployment of the merged commit to this environment, without waiting for its checks; `true`: `production`. Needs the permission `deployments: write`',
      ),
    ),
    notification: Type.Optional(
      flagOrText('comment on the task with this text at the end; `true`: what the step has done'),
    ),
    rollback: Type.Optional(
      flag('when it fails or is not judged a pass, its commits are taken off the branch again; default false'),
    ),
    allow_unverified: Type.Optional(flag('go on although a verdict is missing or against it; the run says so')),
  },
  { ...closed, description: 'Works on the branch and the pull request.' },
);

/** One list or the other. */
export const conditionalStepSchema = Type.Object(
  {
    ...common,
    type: Type.Literal('conditional'),
    approval,
    condition: expression('decides which list runs'),
    then_steps: Type.Optional(steps('run when the condition is true')),
    else_steps: Type.Optional(steps('run when it is false')),
    on_failure: onFailureContainer,
  },
  { ...closed, description: 'One list runs, the other is skipped.' },
);

/** Children at the same time. */
export const parallelStepSchema = Type.Object(
  {
    ...common,
    type: Type.Literal('parallel'),
    approval,
    condition,
    steps: steps('run at the same time'),
    wait_for: Type.Optional(
      word(['all', 'any'], 'wait for all (default), or until the first succeeds: the rest is cancelled'),
    ),
    on_failure: onFailureContainer,
  },
  { ...closed, description: 'Steps at the same time, results together.' },
);

/** A write on GitHub. */
export const githubStepSchema = Type.Object(
  {
    ...common,
    type: Type.Literal('github'),
    approval,
    ...leaf,
    action: word(
      ['comment', 'label', 'unlabel', 'assign', 'create-issue', 'close'],
      'what to do with the issue or pull request',
    ),
    params: Type.Optional(
      free(
        '`body` of a comment; `labels`; `assignees`; `title`, `body`, `labels` of an issue; `number` of another issue',
      ),
    ),
  },
  { ...closed, description: 'One write on GitHub.' },
);

/** Steps that wait cannot run out of time or be tried again. */
const waiting = { condition, outputs: leaf.outputs, environment: leaf.environment, on_failure: onFailureContainer };

/** A person's decision. */
export const approvalStepSchema = Type.Object(
  {
    ...common,
    type: Type.Literal('approval'),
    ...waiting,
    ...approvalKeys,
    message: Type.Optional(text('what the person reads; a template')),
    inputs: Type.Optional(free('values the decision is about; another value needs another decision')),
  },
  { ...closed, description: 'Waits for a person to approve or reject.' },
);

/** A question to people. */
export const questionStepSchema = Type.Object(
  {
    ...common,
    type: Type.Literal('question'),
    approval,
    ...waiting,
    questions: Type.Unsafe<readonly string[]>({
      ...texts('what to ask; templates'),
      minItems: 1,
      maxItems: 10,
      title: 'a list of questions',
    }),
  },
  { ...closed, description: 'Asks the people on the issue; the answer is `outputs.answers`.' },
);

/** A timer. */
export const delayStepSchema = Type.Object(
  {
    ...common,
    type: Type.Literal('delay'),
    approval,
    ...waiting,
    duration: Type.Optional(duration('how long')),
    until: Type.Optional(text('a time, `2026-12-01T08:00:00Z`; a template')),
  },
  { ...closed, description: 'Waits for a while, or until a time.' },
);

/** Opens on verdicts. */
export const gateStepSchema = Type.Object(
  {
    ...common,
    type: Type.Literal('gate'),
    condition,
    outputs: leaf.outputs,
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

/** Every step type this version can run, in the order of the language page. */
export const stepSchemas = {
  'persona-request': personaStepSchema,
  'git-operation': gitStepSchema,
  conditional: conditionalStepSchema,
  parallel: parallelStepSchema,
  github: githubStepSchema,
  approval: approvalStepSchema,
  question: questionStepSchema,
  delay: delayStepSchema,
  gate: gateStepSchema,
} as const;

/** A step of no known type: every key that any step has, so that all else about it is still checked. */
export const anyStepType = '?';
export const anyStepSchema: JsonObject = {
  type: 'object',
  required: ['id'],
  properties: Object.assign({}, ...Object.values(stepSchemas).map(({ properties }) => ({ ...properties, type: {} }))),
  additionalProperties: false,
};

/** A step as the file has it, once the schema has passed it. */
export type StepSource = Static<(typeof stepSchemas)[keyof typeof stepSchemas]>;
export type RetrySource = Static<typeof retrySchema>;
