// A step of the file → a step of the IR: defaults in, durations in milliseconds, one retry policy. The file is checked already.
import { parseDuration } from '../../support/index.ts';
import type { JsonObject } from '../../support/index.ts';
import { gitConfigKeys } from '../check/git-operations.ts';
import { withoutDollars } from '../dollar-templates.ts';
import { humanised } from '../names.ts';
import type { RetrySource, StepSource } from '../schemas/step-schemas.ts';
import type { ApprovalSpec, GitOperation, PersonaStep, Step, StepBase } from '../types.ts';
import { retryPolicy } from './retry.ts';

/** What a step takes from around it. */
export interface StepSurroundings {
  readonly defaults: { readonly timeout?: number | string; readonly retry?: RetrySource; readonly provider?: string };
  sourceOf(path: string): { readonly line: number; readonly column: number };
  /** The persona that a name means. */
  personaOf(name: string): string;
  /** What the persona's file says about trying again. */
  retriesOf(persona: string): number | undefined;
}

interface AmongSiblings extends StepSurroundings {
  readonly siblings: ReadonlySet<string>;
}

type PersonaSource = Extract<StepSource, { type: 'persona-request' }>;
interface ApprovalKeys {
  readonly by?: readonly string[] | undefined;
  readonly timeout?: number | string | undefined;
  readonly on_timeout?: ApprovalSpec['onTimeout'] | undefined;
}
type LeafSource = Extract<StepSource, { type: 'persona-request' | 'git-operation' | 'github' }>;
type GitSource = Extract<StepSource, { type: 'git-operation' }>;

/** The steps of a list at a path of the document. */
export function normaliseSteps(
  list: readonly JsonObject[] | undefined,
  path: string,
  around: StepSurroundings,
): readonly Step[] {
  // The schema has passed each of them.
  const sources = (list ?? []) as unknown as readonly StepSource[];
  const siblings = new Set(sources.map(({ id }) => id));
  return sources.map((step, index) => normaliseStep(step, `${path}[${index}]`, { ...around, siblings }));
}

function normaliseStep(source: StepSource, path: string, around: AmongSiblings): Step {
  const base = baseOf(source, path, around);
  switch (source.type) {
    case 'persona-request':
      return personaStep(source, base, around);
    case 'git-operation':
      return { ...base, type: source.type, operation: source.operation as GitOperation, config: configOf(source) }; // checked against the list of operations
    case 'approval':
      return {
        ...base,
        type: source.type,
        approval: approvalOf(source),
        ...(source.message === undefined ? {} : { message: source.message }),
      };
    case 'question':
      return { ...base, type: source.type, config: { questions: source.questions } };
    case 'delay':
      return {
        ...base,
        type: source.type,
        config: {
          ...(source.duration === undefined ? {} : { duration: milliseconds(source.duration) }),
          ...(source.until === undefined ? {} : { until: source.until }),
        },
      };
    case 'gate':
      return {
        ...base,
        type: source.type,
        require: source.require,
        ...(source.rework === undefined ? {} : { rework: source.rework }),
        maxAttempts: source.max_attempts ?? (source.rework === undefined ? 1 : 3),
        escalate: source.escalate ?? true,
      };
    case 'github':
      return { ...base, type: source.type, config: { action: source.action } };
    case 'conditional':
      return {
        ...base,
        type: source.type,
        test: source.condition,
        thenSteps: normaliseSteps(source.then_steps, `${path}.then_steps`, around),
        elseSteps: normaliseSteps(source.else_steps, `${path}.else_steps`, around),
      };
    case 'parallel':
      return {
        ...base,
        type: source.type,
        waitFor: source.wait_for ?? 'all',
        steps: normaliseSteps(source.steps, `${path}.steps`, around),
      };
  }
}

function baseOf(source: StepSource, path: string, around: AmongSiblings): StepBase {
  const { siblings } = around;
  const leaf = leafOf(source);
  const persona = source.type === 'persona-request' ? source : undefined;
  const condition = source.type === 'conditional' ? undefined : source.condition;
  // Who waits for a person or a timer has all the time that they take.
  const timeout = leaf === undefined ? undefined : (leaf.timeout ?? around.defaults.timeout);
  const outputs = 'outputs' in source ? source.outputs : undefined;
  const environment = 'environment' in source ? source.environment : undefined;
  const onError = source.on_error;
  return {
    id: source.id,
    name: source.name ?? humanised(source.id),
    description: source.description ?? '',
    dependencies: [...new Set([...(source.dependencies ?? []), ...siblingsRequired(source, siblings)])],
    onSkippedDependency: source.on_skipped_dependency ?? 'skip',
    ...(condition === undefined ? {} : { condition }),
    ...(timeout === undefined ? {} : { timeout: milliseconds(timeout) }),
    retry: retryOf(leaf, around),
    onFailure: source.on_failure ?? 'stop',
    ...(onError === undefined
      ? {}
      : {
          onError: {
            fallback: onError.fallback ?? 'stop',
            steps: normaliseSteps(onError.steps, `${path}.on_error.steps`, around),
          },
        }),
    ...('approval' in source && source.approval !== undefined
      ? { approval: approvalOf(source.approval === 'required' ? {} : source.approval) }
      : {}),
    rollback: 'rollback' in source && source.rollback === true,
    advisory: persona?.advisory ?? false,
    unjudged: persona?.unjudged ?? [],
    ...(persona?.verify === undefined ? {} : { verify: persona.verify }),
    expect: expectOf(persona?.expect),
    params: paramsOf(source),
    outputs: outputs ?? {},
    ...(environment === undefined ? {} : { environment }),
    implicit: false,
    source: around.sourceOf(path),
  };
}

/** The keys of a step that executes in attempts; undefined for those that hold other steps or wait. */
function leafOf(source: StepSource): LeafSource | undefined {
  const others = ['conditional', 'parallel', 'approval', 'gate', 'question', 'delay'];
  return others.includes(source.type) ? undefined : (source as LeafSource); // the others are listed
}

/** A gate waits for what it requires. */
function siblingsRequired(source: StepSource, siblings: ReadonlySet<string>): readonly string[] {
  return source.type === 'gate' ? source.require.filter((id) => siblings.has(id)) : [];
}

function approvalOf(source: ApprovalKeys): ApprovalSpec {
  return {
    by: [...new Set(source.by ?? [])],
    ...(source.timeout === undefined ? {} : { timeout: milliseconds(source.timeout) }),
    onTimeout: source.on_timeout ?? 'reject',
  };
}

/** A template stays as it is: its value is seconds, or a text like "30m", once it is known. */
function milliseconds(value: number | string): number | string {
  return parseDuration(value) ?? value;
}

function retryOf(leaf: LeafSource | undefined, around: StepSurroundings): StepBase['retry'] {
  // A container is never repeated as a whole: its steps are.
  if (leaf === undefined) return { ...retryPolicy({}), transientLimit: 0 };
  const own = leaf.type === 'persona-request' ? around.retriesOf(around.personaOf(leaf.persona)) : undefined;
  return retryPolicy({
    ...(own === undefined ? {} : { personas: own }),
    ...(leaf.retries === undefined ? {} : { retries: leaf.retries }),
    ...(leaf.retry === undefined ? {} : { retry: leaf.retry }),
    ...(leaf.on_failure === undefined ? {} : { onFailure: leaf.on_failure }),
    ...(around.defaults.retry === undefined ? {} : { defaults: around.defaults.retry }),
  });
}

/** What a persona is given is part of its prompt, where `${…}` counts as well. */
function paramsOf(source: StepSource): JsonObject {
  const given = ('params' in source ? source.params : source.type === 'approval' ? source.inputs : undefined) ?? {};
  // the values of an object become values of an object
  return source.type === 'persona-request' ? (withoutDollars(given) as JsonObject) : given;
}

function expectOf(value: PersonaSource['expect']): StepBase['expect'] {
  const list = value === undefined ? [] : typeof value === 'string' ? [value] : value;
  return list as StepBase['expect']; // the schema allows these words only
}

function personaStep(source: PersonaSource, base: StepBase, around: StepSurroundings): PersonaStep {
  const provider = source.provider ?? around.defaults.provider;
  return {
    ...base,
    type: source.type,
    persona: around.personaOf(source.persona),
    ...(provider === undefined ? {} : { provider }),
    providers: [],
    waitFor: 'all',
    ...(source.output_schema === undefined ? {} : { outputSchema: source.output_schema }),
    skills: source.skills ?? [],
    ...(source.profile === undefined ? {} : { profile: source.profile }),
    commit: source.commit ?? 'auto',
    ...(source.message === undefined ? {} : { message: source.message }),
  };
}

function configOf(source: GitSource): JsonObject {
  const given: JsonObject = source as unknown as JsonObject; // what comes out of a YAML file is JSON
  return Object.fromEntries(gitConfigKeys.flatMap((key) => (given[key] === undefined ? [] : [[key, given[key]]])));
}
