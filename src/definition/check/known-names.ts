// What the names in an expression may be, at one place of the file. Data and shapes; looks into no expression.
import { underscored } from '../model/names.ts';
import { meantPersona } from '../source/persona-names.ts';
import type { DefinitionContext } from '../source/definition-context.ts';
import { objectOf } from '../source/source-steps.ts';
import type { SourceStep } from '../source/source-steps.ts';
import type { Relation } from './upstream.ts';

/** The names known at a place. */
export interface KnownNames {
  /** For messages: `a trigger condition`. */
  readonly place: string;
  readonly roots: ReadonlySet<string>;
  /** Names of items around the place. */
  readonly names?: readonly string[];
  readonly inputs: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
  /** Whether every variable is known; otherwise the repository's settings may add some. */
  readonly variablesAreAll: boolean;
  /** Steps that have been decided, by id. */
  readonly steps: ReadonlyMap<string, Relation>;
  /** Every step of the file, by id. */
  readonly allSteps: ReadonlyMap<string, SourceStep>;
  /** The step the expression stands in. */
  readonly reader?: SourceStep;
  /** The same step, where it may read its own result. */
  readonly self?: SourceStep;
  /** In a condition a missing value is false, so that reading a branch that did not run is no mistake. */
  readonly isCondition: boolean;
  outputsOf(step: SourceStep): DeclaredOutputs;
}

/** The outputs a step declares. `closed`: there can be no others. */
export interface DeclaredOutputs {
  readonly names: ReadonlySet<string>;
  readonly closed: boolean;
  /** Nothing at all says what the outputs are. */
  readonly unknown: boolean;
}

const everywhere = ['task', 'inputs', 'variables', 'vars', 'event', 'milestone'] as const;

/** Roots by the kind of place. */
export const rootsAt = {
  name: new Set<string>(['task', 'inputs', 'variables', 'vars']),
  trigger: new Set<string>(['task', 'event', 'milestone', 'variables', 'vars']),
  start: new Set<string>(everywhere),
  variables: new Set<string>(['task', 'inputs', 'variables', 'vars', 'event', 'milestone']),
  step: new Set<string>([...everywhere, 'steps', 'context', 'run']),
  finish: new Set<string>([...everywhere, 'steps', 'context', 'run', 'error']),
} as const;

/** Fields of `task` (decision 15); everything else comes from issue forms and the label map. */
export const taskFields: ReadonlySet<string> = new Set(
  'kind number title body labels type scope priority severity slug url author project milestone milestoneFacts state fields'.split(
    ' ',
  ),
);
export const stepFields: ReadonlySet<string> = new Set(
  'status verdict summary outputs attempts noop sha filesChanged findings evidence error'.split(' '),
);
export const runFields: ReadonlySet<string> = new Set(
  'id status reason workflow version host rehearsal requester createdAt costUsd'.split(' '),
);
export const errorFields: ReadonlySet<string> = new Set('step class code message hint'.split(' '));
export const contextFields: ReadonlySet<string> = new Set(
  'workflowId task milestone repoRoot branchName baseBranch artifacts personaResults dashboardState gitState state'.split(
    ' ',
  ),
);
export const verdicts: ReadonlySet<string> = new Set(['pass', 'fail', 'unknown']);
export const stepStatuses: ReadonlySet<string> = new Set(
  'pending ready running waiting succeeded failed skipped cancelled timed_out'.split(' '),
);

/** What a step declares as outputs: its own `outputs`, its `output_schema`, or its persona's. */
export function declaredOutputs(step: SourceStep, context: DefinitionContext): DeclaredOutputs {
  const own = Object.keys(objectOf(step.step['outputs']));
  const schema = objectOf(step.step['output_schema']);
  const persona = step.step['persona'];
  const ofPersona =
    typeof persona === 'string' ? context.personas?.get(meantPersona(persona, context))?.outputs : undefined;
  const fromSchema = Object.keys(objectOf(schema['properties']));
  const names = new Set([...own, ...fromSchema, ...(fromSchema.length === 0 ? (ofPersona ?? []) : [])]);
  const isPersona = step.kind?.asksPersona === true;
  const hasSchema = fromSchema.length > 0 || (ofPersona?.length ?? 0) > 0;
  return {
    names,
    closed: isPersona && hasSchema && schema['additionalProperties'] !== true,
    unknown: isPersona && names.size === 0,
  };
}

/** The names `context.state.get` knows for steps: verdict, result and declared outputs. */
export function stateKeysOf(
  steps: Iterable<SourceStep>,
  outputsOf: KnownNames['outputsOf'],
): ReadonlyMap<string, SourceStep> {
  const keys = new Map<string, SourceStep>();
  for (const step of steps) {
    if (step.id === '') continue;
    keys.set(`${underscored(step.id)}_status`, step);
    keys.set(`${underscored(step.id)}_result`, step);
    for (const name of outputsOf(step).names) if (!keys.has(name)) keys.set(name, step);
  }
  return keys;
}
