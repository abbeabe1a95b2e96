// A step's templates to plain values, before it costs anything. Pure.
import { allSteps, evaluateExpression, evaluateTemplate, makesBranch, stepsIn } from '../../definition/index.ts';
import type { Evaluation, PostedTemplates, Scope, Step, Workflow } from '../../definition/index.ts';
import { frozen, hashJson, toJson, defined } from '../../support/index.ts';
import type { Json, JsonObject } from '../../support/index.ts';
import { containerOf } from '../containers/registry.ts';
import { inMilliseconds } from './durations.ts';
import { postedOf } from './own-words.ts';
import { text } from '../model/messages.ts';
import { maxPlaces } from './plan.ts';
import type { ItemPlace, Place, Plan } from '../model/place.ts';
import { scopeAt } from './scope.ts';
import type { RunState } from '../model/state.ts';
import { withStep } from '../model/step-table.ts';
import type { StepError, StepResult } from '../model/types.ts';

/** What an attempt starts with. */
export interface AttemptInput {
  readonly input: JsonObject;
  readonly inputHash: string;
  readonly timeoutMs?: number;
  readonly unresolved?: readonly string[];
}

/** A value, or the error that fails the step. */
export type Resolved<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: StepError };

// Most steps hold no template: their input is the same in every run of the workflow. Like plans, worked out once.
const fixed = new WeakMap<Workflow, Map<Step, AttemptInput>>();

/** The evaluated input of a step: `params`, `config`, `message`, `timeout`; `branch` for `prepare`. */
export function inputOf(state: RunState, plan: Plan, place: Place): Resolved<AttemptInput> {
  const found = inputOfDefinition(state, plan, place);
  if (!found.ok || place.item === undefined) return found;
  // the same step for another item is another thing to do
  return { ok: true, value: { ...found.value, inputHash: `${found.value.inputHash}:${hashOfItem(place.item)}` } };
}

function inputOfDefinition(state: RunState, plan: Plan, place: Place): Resolved<AttemptInput> {
  const { workflow } = state.spec;
  const known = fixed.get(workflow) ?? new Map<Step, AttemptInput>();
  const input = known.get(place.definition);
  if (input !== undefined) return { ok: true, value: input };
  const parts = templatesOf(place.step, workflow.branch);
  if (JSON.stringify(parts).includes('{{'))
    return evaluatedInput(workflow, place, {
      parts,
      scope: scopeAt(state, plan, place),
      posted: postedOf(state, place),
    });
  const found = evaluatedInput(workflow, place, { parts, scope: {}, posted: undefined });
  if (found.ok) fixed.set(workflow, known.set(place.definition, frozen(found.value)));
  return found;
}

// An item never changes.
const itemHashes = new WeakMap<ItemPlace, string>();

function hashOfItem(item: ItemPlace): string {
  const known = itemHashes.get(item);
  if (known !== undefined) return known;
  const hash = hashJson(item.outer === undefined ? item.value : [hashOfItem(item.outer), item.value]).slice(0, 16);
  itemHashes.set(item, hash);
  return hash;
}

/** With what a container opens. Items that are as they were are not told again. */
export function openingOf(
  state: RunState,
  plan: Plan,
  place: Place,
): Resolved<{ readonly input?: JsonObject; readonly items?: readonly Json[] }> {
  const opened = containerOf(place.step)?.open(place.step, {
    path: place.path,
    expression: (source) => evaluateExpression(source, scopeAt(state, plan, place)),
    template: (value) => evaluateTemplate(value, scopeAt(state, plan, place)),
  });
  if (opened === undefined) return { ok: true, value: {} };
  if (!opened.ok)
    return 'error' in opened ? opened : { ok: false, error: unresolvedError(text.inputOf(place.path), opened.failed) };
  const { input, items } = opened;
  const known = state.expanded?.[place.path];
  const more = (items?.length ?? 0) * allSteps({ steps: stepsIn(place.step), onFailure: [], finally: [] }).length;
  if (plan.size + more > maxPlaces) {
    const message = text.tooManyPlaces(place.path, maxPlaces);
    return { ok: false, error: { class: 'config', code: 'engine/items', message, hint: text.itemsHint() } };
  }
  const isSame = known !== undefined && JSON.stringify(known) === JSON.stringify(items);
  return {
    ok: true,
    value: {
      ...defined({ input }),
      ...(items === undefined || isSame ? {} : { items }),
    },
  };
}

function evaluatedInput(
  workflow: Workflow,
  place: Place,
  { parts, scope, posted }: { parts: JsonObject; scope: Scope; posted: PostedTemplates | undefined },
): Resolved<AttemptInput> {
  let unresolved: readonly string[] = [];
  let evaluation: Evaluation = evaluateTemplate(parts, scope, defined({ posted }));
  if (!evaluation.ok && workflow.permissive && evaluation.unresolved.length > 0) {
    unresolved = evaluation.unresolved;
    evaluation = evaluateTemplate(parts, scope, { permissive: true, ...defined({ posted }) });
  }
  if (!evaluation.ok) return { ok: false, error: unresolvedError(text.inputOf(place.path), evaluation) };
  // Templates are evaluated leaf by leaf: an object stays an object.
  const read = inMilliseconds(place, evaluation.value as JsonObject, { isPartial: unresolved.length > 0 });
  if (!read.ok) return read;
  const { input, timeoutMs } = read.value;
  return {
    ok: true,
    value: {
      input,
      inputHash: hashJson(input),
      ...defined({ timeoutMs }),
      ...(unresolved.length === 0 ? {} : { unresolved }),
    },
  };
}

/** Whether an expression holds for a step. With `permissive` one that has no value does not hold. */
export function holds(state: RunState, plan: Plan, question: { place: Place; source: string }): Resolved<boolean> {
  const { place, source } = question;
  const evaluated = evaluateExpression(source, scopeAt(state, plan, place));
  if (evaluated.ok) return { ok: true, value: Boolean(evaluated.value) };
  if (state.spec.workflow.permissive && evaluated.unresolved.length > 0) return { ok: true, value: false };
  return { ok: false, error: unresolvedError(text.conditionOf(place.path), evaluated) };
}

/** The result with the outputs that the file declares for this step, read from the result itself. */
export function withDeclaredOutputs(
  state: RunState,
  plan: Plan,
  answer: { place: Place; result: StepResult },
): Resolved<StepResult> {
  const { place, result } = answer;
  const declared = Object.entries(place.step.outputs);
  if (declared.length === 0) return { ok: true, value: result };
  const scope = scopeAt(withResult(state, place, result), plan, place);
  const values: [string, Json][] = [];
  const warnings: string[] = [];
  for (const [name, template] of declared) {
    const evaluated = evaluateTemplate(template, scope);
    if (evaluated.ok) values.push([name, evaluated.value]);
    else if (state.spec.workflow.permissive) warnings.push(text.declaredOutput(name, evaluated.message));
    else return { ok: false, error: missingOutput(name, evaluated.message) };
  }
  return {
    ok: true,
    value: {
      ...result,
      outputs: { ...result.outputs, ...Object.fromEntries(values) },
      ...(warnings.length === 0 ? {} : { warnings: [...(result.warnings ?? []), ...warnings] }),
    },
  };
}

/** The outputs of the workflow at its end. What has no value is null. */
export function workflowOutputs(state: RunState, plan: Plan): JsonObject {
  const templates = Object.entries(state.spec.workflow.outputs);
  if (templates.length === 0) return {};
  const scope = scopeAt(state, plan, undefined);
  return Object.fromEntries(
    templates.map(([name, template]) => {
      const evaluated = evaluateTemplate(template, scope, { permissive: true });
      return [name, evaluated.ok ? evaluated.value : null];
    }),
  );
}

function templatesOf(step: Step, branch: false | { readonly name?: string; readonly base?: string }): JsonObject {
  return {
    params: step.params,
    // The shapes of the IR are JSON.
    ...('config' in step ? { config: toJson(step.config) } : {}),
    ...(typeof step.approval?.timeout === 'string' ? { approval: { timeout: step.approval.timeout } } : {}),
    ...('message' in step && step.message !== undefined ? { message: step.message } : {}),
    ...defined({ timeout: step.timeout }),
    ...(makesBranch(step) ? { branch: branch === false ? false : { ...branch } } : {}),
  };
}

function unresolvedError(what: string, failed: Extract<Evaluation, { ok: false }>): StepError {
  return {
    class: 'config',
    code: 'engine/unresolved',
    message: text.unresolved(what, failed.message),
    ...defined({ hint: failed.hint }),
  };
}

function missingOutput(name: string, message: string): StepError {
  return { class: 'contract', code: 'engine/declared-output', message: text.declaredOutput(name, message) };
}

function withResult(state: RunState, place: Place, result: StepResult): RunState {
  const step = state.steps.get(place.path);
  if (step === undefined) return state;
  return { ...state, steps: withStep(state.steps, place, { ...step, status: 'succeeded', result }) };
}
