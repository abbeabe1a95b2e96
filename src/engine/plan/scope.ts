// What expressions may read of a run. Pure; resolves nothing but the workflow's variables.
import { isPanelist, personaAsked, resolveVariables, variableScope } from '../../definition/index.ts';
import type { Scope } from '../../definition/index.ts';
import { isObject, toJson, defined } from '../../support/index.ts';
import type { Json, JsonObject, StepPath } from '../../support/index.ts';
import { failureOf } from './failure.ts';
import type { Failure } from './failure.ts';
import { outcomeOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { planOf } from './plan.ts';
import { statusBefore } from './status-before.ts';
import { withStateKeys } from '../model/state-keys.ts';
import type { ItemPlace, Place, Plan } from '../model/place.ts';
import type { RunState, StepState } from '../model/state.ts';
import { text } from '../model/messages.ts';
import { isRunOver } from '../model/statuses.ts';
import { tallyOf } from '../model/step-table.ts';

/** Names of the closed type Task: a field of the same name is read as `task.fields.<name>` only. */
const taskNames: ReadonlySet<string> = new Set(
  'kind number title body labels type scope priority severity slug url author project milestone milestoneFacts state fields'.split(
    ' ',
  ),
);

/**
 * The scope of a run: roots `task inputs variables steps event context run error milestone`, state keys, outcome, and
 * `now` frozen at the run's creation. With a path: as that step sees it (its environment, the error it handles).
 */
export function runScope(state: RunState, path?: StepPath): Scope {
  const plan = planOf(state);
  return scopeAt(state, plan, path === undefined ? undefined : plan.get(path));
}

/** `runScope` for callers that have the plan. */
export function scopeAt(state: RunState, plan: Plan, place: Place | undefined): Scope {
  const { spec } = state;
  const task = taskOf(state);
  const isOver = isMainOver(state);
  const outcome = outcomeOf(state, plan);
  const failure = failureOf(state, plan, place) ?? (isOver ? verdictFailure(outcome) : undefined);
  const items = itemsAround(place);
  const seen = [...plan.ofDefinition, ...items.flatMap((item) => item.places)];
  const keys = keysOf(state, items);
  const { milestone } = spec.task;
  const inputs = toJson(spec.inputs);
  const status = isRunOver(state.status) || !isOver ? state.status : outcome.status;
  const reason = state.reason ?? (isOver ? outcome.reason : undefined);
  return {
    task,
    inputs,
    ...variablesOf(state, task, place?.step.environment),
    steps: stepsOf(state, seen),
    event: spec.event,
    context: contextOf(state, { places: seen, keys, task, status }),
    run: {
      id: state.id,
      status,
      ...defined({ reason }),
      workflow: spec.workflow.id,
      version: spec.workflow.version,
      host: spec.host,
      rehearsal: spec.rehearsal,
      requester: spec.requester.login,
      createdAt: state.createdAt,
      costUsd: state.usage.costUsd,
    },
    // Only plain values are in an error.
    ...(failure === undefined ? {} : { error: toJson(failure) }),
    ...defined({ milestone }),
    ...itemOf(place),
    state: keys,
    outcome: statusBefore(state, plan, { place, hasFailed: failure !== undefined }),
    now: state.createdAt,
  };
}

/** Whether the steps of `steps:` and what belongs to them have all ended. */
export function isMainOver(state: RunState): boolean {
  return tallyOf(state.steps).openMain === 0;
}

function verdictFailure(outcome: Outcome): Failure | undefined {
  if (outcome.status !== 'failed' || outcome.step === undefined) return undefined;
  return { step: outcome.step, class: 'failed', code: 'engine/outcome', message: outcome.reason };
}

function taskOf(state: RunState): JsonObject {
  const { task } = state.spec;
  const fields = Object.entries(task.fields).filter(([name]) => !taskNames.has(name));
  // Task holds plain values only.
  return { ...Object.fromEntries(fields), ...(toJson(task) as JsonObject) };
}

/** Decision 25: the operator's and the repository's variables, those of the step's environment, then the workflow's own. */
function variablesOf(state: RunState, task: Json, environment: string | undefined): Pick<Scope, 'variables' | 'unset'> {
  const { workflow, settings, inputs, event, task: about } = state.spec;
  const resolved = resolveVariables(workflow, {
    task,
    inputs,
    event,
    ...defined({ milestone: about.milestone }),
    overrides: settings.variables,
    ...(environment === undefined ? {} : { environment: environmentVariables(settings.environments[environment]) }),
  });
  const { variables, unset } = variableScope(resolved);
  const elsewhere = Object.entries(settings.environments).flatMap(([name, one]) =>
    Object.keys(environmentVariables(one)).map((variable) => [variable, text.onlyInEnvironment(variable, name)]),
  );
  const missing = elsewhere.filter(([name = '']) => !isObject(variables) || !Object.hasOwn(variables, name));
  return {
    variables: variables ?? {},
    unset: { ...(Object.fromEntries(missing) as Record<string, string>), ...unset },
  };
}

/** The variables of an entry of `environments:`, which may stand under `variables:` in it. */
export function environmentVariables(entry: Json | undefined): JsonObject {
  const inner = isObject(entry) && isObject(entry['variables']) ? entry['variables'] : entry;
  return isObject(inner) ? (inner as JsonObject) : {}; // settings are JSON, so what lies in them is
}

/** The items around a step, outer ones first: what is inside hides what is outside. */
function itemsAround(place: Place | undefined): ItemPlace[] {
  const found: ItemPlace[] = [];
  for (let item = place?.item; item !== undefined; item = item.outer) found.unshift(item);
  return found;
}

/** `item` and `index` of the innermost, and each under its own name. */
function itemOf(place: Place | undefined): Pick<Scope, 'item' | 'index' | 'names'> {
  const item = place?.item;
  if (item === undefined) return {};
  const names = itemsAround(place).map(({ as, value }) => [as, value] as const);
  return { item: item.value, index: item.index, names: Object.fromEntries(names) };
}

/** The state's keys with those of steps for the same item. */
function keysOf(state: RunState, items: readonly ItemPlace[]): RunState['stateKeys'] {
  if (items.length === 0) return state.stateKeys;
  let keys = state.stateKeys;
  for (const { path, step } of items.flatMap(({ places }) => places)) {
    const result = state.steps.get(path)?.result;
    if (result !== undefined && !isPanelist(step)) keys = withStateKeys(keys, step, result);
  }
  return keys;
}

/** Of the definition and of the items around: a step in another item is read through its container's results. */
function stepsOf(state: RunState, places: readonly Place[]): Json {
  const entries: [string, Json][] = [];
  for (const { path, step } of places) {
    const stepState = state.steps.get(path);
    if (stepState === undefined || step.implicit || isPanelist(step)) continue;
    const value = stepValue(stepState);
    entries.push([step.id, value]);
    if (step.id.includes('-')) entries.push([step.id.replaceAll('-', '_'), value]);
  }
  // fromEntries defines own properties, whatever the names are.
  return Object.fromEntries(entries);
}

function stepValue(step: StepState): JsonObject {
  const { result, error } = step;
  return {
    status: step.status,
    attempts: step.attempts,
    outputs: result?.outputs ?? {},
    ...(result?.verdict === undefined ? {} : { verdict: result.verdict }),
    ...(result?.summary === undefined ? {} : { summary: result.summary }),
    ...(result?.noop === undefined ? {} : { noop: result.noop }),
    ...(result?.sha === undefined ? {} : { sha: result.sha }),
    ...(result?.filesChanged === undefined ? {} : { filesChanged: result.filesChanged }),
    ...(result?.findings === undefined ? {} : { findings: toJson(result.findings) }),
    ...(result?.evidence === undefined ? {} : { evidence: toJson(result.evidence) }),
    ...(error === undefined ? {} : { error: toJson(error) }),
  };
}

function contextOf(
  state: RunState,
  shown: {
    readonly places: readonly Place[];
    readonly keys: RunState['stateKeys'];
    readonly task: Json;
    readonly status: string;
  },
): Json {
  const { places, keys, task, status } = shown;
  const { facts, spec } = state;
  const personaResults: [string, Json][] = [];
  for (const { path, step } of places) {
    const result = state.steps.get(path)?.result;
    const persona = personaAsked(step);
    if (persona === undefined || isPanelist(step) || result === undefined) continue;
    const { verdict = null, summary = null, outputs } = result;
    personaResults.push([step.id, { persona, verdict, summary, outputs }]);
  }
  // what has no value is left out: `toJson` drops it
  return toJson({
    workflowId: spec.workflow.id,
    task,
    milestone: spec.task.milestone,
    repoRoot: '.',
    branchName: facts.branch,
    baseBranch: facts.baseBranch ?? spec.repository?.defaultBranch,
    dashboardState: dashboardOf(state, places, status),
    artifacts: (state.artifacts ?? []).map(({ name, mediaType, bytes }) => ({ name, mediaType, bytes })),
    personaResults: Object.fromEntries(personaResults),
    gitState: {
      branch: facts.branch,
      baseBranch: facts.baseBranch,
      baseSha: facts.baseSha,
      headSha: facts.headSha,
      pullRequest: facts.pullRequest?.number,
    },
    state: keys,
  });
}

/** What the comment and the checks show: the run's status, its steps by status, links. */
function dashboardOf(state: RunState, places: readonly Place[], status: string): Json {
  const { facts, spec } = state;
  const steps = new Map<string, string[]>();
  for (const { path, step } of places) {
    const found = state.steps.get(path);
    if (found === undefined || step.implicit) continue;
    steps.set(found.status, [...(steps.get(found.status) ?? []), path]);
  }
  return toJson({
    status,
    steps: Object.fromEntries(steps),
    links: { task: spec.task.url, pullRequest: facts.pullRequest?.url },
  });
}
