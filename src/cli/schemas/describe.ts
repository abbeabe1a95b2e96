// The schema of a checked workflow as `troupe describe --json` prints it.
import { stepKinds } from '../../definition/index.ts';
import Type from 'typebox';
import type { Step } from '../../definition/index.ts';
import { anything, count, exact, finding, maybe, milliseconds, moment, open, orNull, runId, texts } from './parts.ts';
import { runStatus } from './run.ts';

/** Milliseconds, or a template that gives them. */
const time = Type.Union([Type.Number(), Type.String()]);
const retry = exact({
  limit: Type.Integer(),
  transientLimit: Type.Integer(),
  initialMs: milliseconds,
  factor: Type.Number(),
  maxMs: milliseconds,
  jitter: Type.Boolean(),
  on: texts,
});
const approval = exact({
  by: texts,
  timeout: maybe(time),
  onTimeout: Type.Enum(['reject', 'approve', 'escalate']),
});
// Steps hold steps, so the schema refers to itself by `$ref`; the type is the one that the definition has.
const step = Type.Unsafe<Step>({ $ref: '#/$defs/step' });
const steps = Type.Array(step);

/** The keys that every step has, and those of one type of step or another. */
const stepSchema = exact(
  {
    id: Type.String(),
    name: Type.String(),
    description: Type.String(),
    type: Type.Enum(stepKinds.map(({ type }) => type)),
    dependencies: texts,
    onSkippedDependency: Type.Enum(['skip', 'run', 'any']),
    condition: maybe(Type.String()),
    timeout: maybe(time),
    retry,
    onFailure: Type.Enum(['stop', 'continue', 'retry']),
    onError: maybe(exact({ fallback: Type.Enum(['continue', 'stop']), steps })),
    approval: maybe(approval),
    rollback: Type.Boolean(),
    advisory: Type.Boolean(),
    unjudged: texts,
    verify: maybe(Type.Array(texts)),
    expect: Type.Array(Type.Enum(['changes', 'outputs', 'comment', 'tests'])),
    params: open,
    outputs: Type.Record(Type.String(), Type.String()),
    environment: maybe(Type.String()),
    implicit: Type.Boolean(),
    decides: maybe(Type.Literal(true)),
    source: maybe(exact({ line: Type.Integer(), column: Type.Integer() })),
    persona: maybe(Type.String()),
    provider: maybe(Type.String()),
    providers: maybe(texts),
    waitFor: maybe(Type.Enum(['all', 'any'])),
    quorum: maybe(Type.Enum(['all', 'any', 'majority'])),
    panelist: maybe(Type.Literal(true)),
    outputSchema: maybe(open),
    skills: maybe(texts),
    profile: maybe(Type.String()),
    commit: maybe(Type.Enum(['auto', 'none'])),
    message: maybe(Type.String()),
    operation: maybe(Type.String()),
    config: maybe(open),
    test: maybe(Type.String()),
    thenSteps: maybe(steps),
    elseSteps: maybe(steps),
    steps: maybe(steps),
    items: maybe(anything),
    as: maybe(Type.String()),
    concurrency: maybe(Type.Integer()),
    onItemFailure: maybe(Type.Enum(['stop', 'continue'])),
    require: maybe(texts),
    rework: maybe(Type.String()),
    maxAttempts: maybe(Type.Integer()),
    escalate: maybe(Type.Boolean()),
  },
  'A step; which of the optional keys there are depends on its type.',
);

const trigger = exact({
  labels: texts,
  events: texts,
  assignees: texts,
  schedule: maybe(Type.Array(exact({ cron: Type.String(), timezone: maybe(Type.String()) }))),
  condition: maybe(Type.String()),
  priority: Type.Number(),
});

const input = exact({
  type: Type.Enum(['string', 'number', 'boolean', 'choice']),
  required: Type.Boolean(),
  default: maybe(anything),
  description: Type.String(),
  options: maybe(texts),
});

/** `troupe describe`. */
export const describeOutput = Type.Object(
  {
    irVersion: Type.Literal(1),
    id: Type.String(),
    name: Type.String(),
    version: Type.String(),
    description: Type.String(),
    trigger,
    inputs: Type.Record(Type.String(), input),
    variables: open,
    concurrency: exact({ group: Type.String(), onConflict: Type.Enum(['queue', 'replace', 'reject']) }),
    budget: exact({
      costUsd: maybe(Type.Number()),
      tokens: maybe(Type.Number()),
      minutes: maybe(Type.Number()),
      attempts: maybe(Type.Number()),
    }),
    branch: Type.Union([Type.Literal(false), exact({ name: maybe(Type.String()), base: maybe(Type.String()) })]),
    permissive: Type.Boolean(),
    steps,
    onFailure: steps,
    finally: steps,
    outputs: Type.Record(Type.String(), Type.String()),
    hash: Type.String(),
  },
  {
    additionalProperties: false,
    description: 'A workflow, checked and normalised.',
    $defs: { step: stepSchema },
  },
);

const stats = exact(
  {
    runs: count,
    repositories: count,
    succeeded: count,
    last: exact({ status: runStatus, finishedAt: moment }),
    averageMs: milliseconds,
    averageCostUsd: maybe(Type.Number({ minimum: 0, description: 'Of the runs whose whole cost is known.' })),
    costKnownOf: Type.Integer({ minimum: 0, description: 'How many runs that is.' }),
    averageTokens: maybe(count),
    newest: exact({
      id: runId,
      inputs: open,
      error: maybe(Type.String({ description: 'Why it did not succeed.' })),
    }),
  },
  'Of the runs in the data directory that have ended; null: there are none.',
);

/** `troupe workflows`. */
export const workflowsOutput = exact(
  {
    workflows: Type.Array(
      exact(
        {
          id: Type.String(),
          path: Type.String({ description: 'Its file; `built-in/…` where it came with Troupe.' }),
          builtIn: Type.Boolean(),
          stats: orNull(stats),
          name: maybe(Type.String()),
          description: maybe(Type.String()),
          trigger: maybe(trigger),
          inputs: maybe(texts),
        },
        'A workflow with mistakes has no name, description, trigger and inputs. `troupe:<id>` and `/troupe run <id>` start each of them.',
      ),
    ),
    findings: Type.Array(finding),
  },
  'What can be run here, and every mistake in it.',
);

/** A workflow before a run: what `run --dry-run` says would be done. */
export const planStep = exact({
  id: Type.String(),
  name: Type.String(),
  type: Type.String(),
  after: texts,
  in: orNull(Type.String({ description: 'The step that holds it.' })),
  persona: orNull(Type.String()),
  provider: orNull(Type.String()),
  condition: orNull(Type.String()),
});
