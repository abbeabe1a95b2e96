// A workflow file as JSON Schema: the one source of the check, of schema/workflow.schema.json and of docs/language.md.
import Type from 'typebox';
import type { Static } from 'typebox';
import type { JsonObject } from '../../support/index.ts';
import {
  amount,
  anything,
  closed,
  duration,
  expression,
  flag,
  free,
  objectOr,
  providerNames,
  steps,
  templates,
  text,
  texts,
  whole,
  word,
} from '../source/fragments.ts';
import { retrySchema } from '../source/keys.ts';
import { writtenKinds } from '../source/step-kind.ts';
import type { StepKinds } from '../source/step-kind.ts';
import { toJson } from '../../support/index.ts';

type Schedule = string | { readonly cron: string; readonly timezone?: string };
const cron = { type: 'string', pattern: '^\\s*\\S+(\\s+\\S+){4}\\s*$' } as const;
const timed = {
  type: 'object',
  properties: { cron, timezone: { type: 'string', minLength: 1 } },
  required: ['cron'],
  additionalProperties: false,
} as const;

const triggerSchema = Type.Object(
  {
    labels: Type.Optional(texts('any of these labels starts it')),
    events: Type.Optional(
      Type.Array(
        Type.String({
          pattern: '^[a-z_]+(\\.[a-z_]+)?$',
          title: "one of GitHub's webhook names: issues.opened, pull_request_review.submitted",
        }),
        {
          description: "GitHub's webhook names, with or without action: `issues.opened`",
          title: 'a list of webhook names',
        },
      ),
    ),
    assignees: Type.Optional(texts('assigning one of these logins starts it')),
    schedule: Type.Optional(
      Type.Unsafe<Schedule | readonly Schedule[]>({
        anyOf: [cron, timed, { type: 'array', items: { anyOf: [cron, timed] }, minItems: 1 }],
        title: 'a cron expression, `{ cron, timezone }`, or a list of them',
        description: 'a job of GitHub Actions with the same expression under `on.schedule` starts it',
      }),
    ),
    condition: Type.Optional(expression('an expression over `task` and `event` that must be true as well')),
    priority: Type.Optional(
      Type.Integer({ description: 'the highest of several that match wins; default 0', title: 'a whole number' }),
    ),
  },
  {
    ...closed,
    title: 'an object',
    description: 'what starts the workflow; without it: the label `troupe:<id>`, a command, the command line',
  },
);

const inputSchema = Type.Object(
  {
    type: word(['string', 'number', 'boolean', 'choice'], 'what the value is'),
    required: Type.Optional(flag('whether it must be given; default false')),
    default: Type.Optional(anything('the value when none is given')),
    description: Type.Optional(text('for people')),
    options: Type.Optional(texts('the values of a `choice`')),
  },
  { ...closed, title: 'an object' },
);

/** The top level of a workflow file. */
export const workflowFileSchema = Type.Object(
  {
    name: Type.Optional(text('shown to people; default: the file name')),
    version: Type.Optional(text('recorded in every run beside the hash of the file; quote it')),
    description: Type.Optional(text('what it is for')),
    trigger: Type.Optional(triggerSchema),
    inputs: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), inputSchema, {
        additionalProperties: false,
        description: 'typed parameters, read as `inputs.<name>`',
        title: 'an object of names and inputs',
      }),
    ),
    variables: Type.Optional(
      free('constants, read as `variables.<name>`; may template `task`, `inputs` and earlier variables'),
    ),
    defaults: Type.Optional(
      Type.Object(
        {
          timeout: Type.Optional(duration('timeout of steps that name none')),
          retry: Type.Optional(retrySchema),
          provider: Type.Optional(providerNames('provider of persona steps that name none, or a list')),
        },
        { ...closed, title: 'an object', description: 'for all steps that name none' },
      ),
    ),
    concurrency: Type.Optional(
      Type.Object(
        {
          group: Type.Optional(text('template; runs of one group do not overlap; default: one run per task')),
          on_conflict: Type.Optional(
            word(['queue', 'replace', 'reject'], 'wait for the other run (default), cancel it, or do not start'),
          ),
        },
        { ...closed, title: 'an object', description: 'which runs must not overlap' },
      ),
    ),
    budget: Type.Optional(
      Type.Object(
        {
          cost_usd: Type.Optional(amount('US dollars')),
          tokens: Type.Optional(amount('tokens, in and out')),
          minutes: Type.Optional(
            amount('minutes of work from the start, without waiting for people: what is at work then is ended'),
          ),
          attempts: Type.Optional(whole('attempts of all steps together', { minimum: 1 })),
        },
        {
          ...closed,
          title: 'an object',
          description: 'limits of a run; reaching one ends it as failed, its work kept',
        },
      ),
    ),
    branch: Type.Optional(
      objectOr<false | { name?: string; base?: string }>(
        Type.Object(
          {
            name: Type.Optional(text('template; default `troupe/<number>-<slug>`')),
            base: Type.Optional(text('template; default: the default branch')),
          },
          closed,
        ),
        { const: false, title: 'an object with name and base, or false' },
        'the branch of the run, or `false` for a workflow that writes nothing',
      ),
    ),
    permissive: Type.Optional(flag('a name without a value is a warning, and the run ends degraded; default false')),
    steps: steps('what is done; steps without dependencies start at once'),
    on_failure: Type.Optional(steps('run when the run failed')),
    finally: Type.Optional(steps('run in any case, last')),
    outputs: Type.Optional(templates('results of the run: templates evaluated at the end')),
  },
  { ...closed, title: 'a workflow' },
);

/** A workflow file once the schema has passed it. */
export type WorkflowSource = Static<typeof workflowFileSchema>;

/** The whole JSON Schema: the top level, and one definition per kind of step, chosen by `type`. */
export function workflowJsonSchema(kinds: StepKinds): JsonObject {
  const written = writtenKinds(kinds);
  const types = written.map(({ type }) => type);
  return plain({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Troupe workflow',
    ...workflowFileSchema,
    $defs: {
      step: {
        type: 'object',
        required: ['id', 'type'],
        properties: { type: { enum: types, title: 'a step type' } },
        allOf: types.map((type) => ({
          if: { type: 'object', required: ['type'], properties: { type: { const: type } } },
          then: { $ref: `#/$defs/${type}` },
        })),
        title: 'a step',
      },
      ...Object.fromEntries(written.map(({ type, schema }) => [type, schema])),
    },
  });
}

/** Without the builder's hidden marks. */
function plain(value: unknown): JsonObject {
  return toJson(value) as JsonObject; // a schema is a JSON object
}
