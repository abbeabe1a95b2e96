// Workflows, specs and scripted steps for tests of the engine: defaults here, the difference in the test.
import type {
  ApprovalStep,
  ConditionalStep,
  DelayStep,
  ForeachStep,
  GateStep,
  GitStep,
  ParallelStep,
  PersonaStep,
  QuestionStep,
  StepBase,
} from '../../src/definition/index.ts';
import type {
  Step,
  StepContext,
  StepExecutor,
  StepOutcome,
  StepResult,
  Workflow,
  RunSpec,
} from '../../src/engine/index.ts';
import { hashJson, randomRunId } from '../../src/support/index.ts';

type Some<Shape> = { readonly [Key in keyof Shape]?: Shape[Key] | undefined };

function base(id: string): StepBase {
  return {
    id,
    name: id,
    description: '',
    dependencies: [],
    onSkippedDependency: 'skip',
    retry: {
      limit: 0,
      transientLimit: 2,
      initialMs: 1_000,
      factor: 2,
      maxMs: 30_000,
      jitter: true,
      on: ['transient', 'rate_limit', 'timeout', 'contract'],
    },
    onFailure: 'stop',
    rollback: false,
    advisory: false,
    unjudged: [],
    expect: [],
    params: {},
    outputs: {},
    implicit: false,
  };
}

/** A persona step; `after` names its dependencies. */
export function persona(id: string, after: readonly string[] = [], more: Partial<PersonaStep> = {}): Step {
  return {
    ...base(id),
    type: 'persona-request',
    persona: 'lead-engineer',
    providers: [],
    skills: [],
    commit: 'auto',
    dependencies: after,
    ...more,
  };
}

/** A git step. */
export function git(id: string, after: readonly string[] = [], more: Partial<GitStep> = {}): Step {
  return { ...base(id), type: 'git-operation', operation: 'push', config: {}, dependencies: after, ...more };
}

/** A parallel with children. */
export function parallel(id: string, steps: readonly Step[], more: Partial<ParallelStep> = {}): Step {
  return { ...base(id), type: 'parallel', waitFor: 'all', steps, ...more };
}

/** A conditional with both lists. */
export function conditional(
  id: string,
  test: string,
  lists: { readonly then?: readonly Step[]; readonly else?: readonly Step[] } & Partial<ConditionalStep>,
): Step {
  const { then: thenSteps = [], else: elseSteps = [], ...more } = lists;
  return { ...base(id), type: 'conditional', test, thenSteps, elseSteps, ...more };
}

/** Steps for each item. */
export function foreach(id: string, steps: readonly Step[], more: Partial<ForeachStep> = {}): Step {
  return {
    ...base(id),
    type: 'foreach',
    items: ['a', 'b'],
    as: 'item',
    concurrency: 1,
    onItemFailure: 'stop',
    steps,
    ...more,
  };
}

/** A person's decision. */
export function approval(id: string, after: readonly string[] = [], more: Partial<ApprovalStep> = {}): Step {
  return { ...base(id), type: 'approval', approval: { by: [], onTimeout: 'reject' }, dependencies: after, ...more };
}

/** A step that waits: a question, a delay. */
export function step(
  id: string,
  more:
    | (Partial<StepBase> & Pick<QuestionStep, 'type' | 'config'>)
    | (Partial<StepBase> & Pick<DelayStep, 'type' | 'config'>),
): Step {
  return { ...base(id), ...more };
}

/** A gate over verdicts. */
export function gate(id: string, require: readonly string[], more: Partial<GateStep> = {}): Step {
  return { ...base(id), type: 'gate', require, maxAttempts: 1, escalate: true, dependencies: require, ...more };
}

/** Troupe's own step at the beginning or end. */
export function builtIn(type: 'prepare' | 'settle', after: readonly string[] = []): Step {
  return { ...base(type), type, implicit: true, dependencies: after, onSkippedDependency: 'run' };
}

/** A workflow of these steps. */
export function workflow(steps: readonly Step[], more: Some<Workflow> = {}): Workflow {
  const given = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
  const parts: Omit<Workflow, 'hash'> = {
    irVersion: 1,
    id: 'demo',
    name: 'Demo',
    version: '1.0.0',
    description: '',
    trigger: { labels: ['troupe:demo'], events: [], assignees: [], priority: 0 },
    inputs: {},
    variables: {},
    concurrency: { group: 'demo', onConflict: 'queue' },
    budget: {},
    branch: false,
    permissive: false,
    steps,
    onFailure: [],
    finally: [],
    outputs: {},
    ...given,
  };
  return { ...parts, hash: hashJson(parts) };
}

/** What starts a run of the workflow. */
export function spec(flow: Workflow, more: Partial<RunSpec> = {}): RunSpec {
  return {
    id: randomRunId(),
    workflow: flow,
    workflowSource: { path: '.github/troupe/workflows/demo.yml', blobSha: '0'.repeat(40) },
    task: { kind: 'issue', number: 7, title: 'Fix it', body: 'It is broken', labels: [], slug: 'fix-it', fields: {} },
    inputs: {},
    event: {},
    requester: { login: 'ada', outsider: false },
    host: 'cli',
    rehearsal: false,
    settings: {
      defaultProvider: 'scripted',
      variables: {},
      environments: {},
      protectedPaths: [],
      budget: {},
      allowAutoMerge: false,
    },
    personas: {},
    ...more,
  };
}

/** A result. */
export function done(result: Partial<StepResult> = {}): StepOutcome {
  return { kind: 'succeeded', result: { outputs: {}, ...result } };
}

/** A failure. */
export function failed(
  message: string,
  more: Partial<Extract<StepOutcome, { kind: 'failed' }>['error']> = {},
): StepOutcome {
  return { kind: 'failed', error: { class: 'failed', code: 'test/failed', message, ...more } };
}

/** Steps answer by id; one that the script does not name succeeds. `calls` lists what was executed, as `id#attempt`. */
export function scripted(
  script: Readonly<Record<string, (context: StepContext) => StepOutcome | Promise<StepOutcome>>> = {},
): StepExecutor & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    async execute(context) {
      calls.push(`${context.path}#${context.attempt}`);
      const answer = script[context.path];
      return answer === undefined ? done() : answer(context);
    },
  };
}
