// What people may ask of a run while it lives, and which steps that is about. Pure; moves nothing.
import { isObject } from '../support/index.ts';
import type { Json, StepPath } from '../support/index.ts';
import { text } from './messages.ts';
import { containersOf, inside, isTolerated, pathOf, planOf } from './plan.ts';
import type { Plan } from './plan.ts';
import type { RunState } from './state.ts';
import { isRunOver } from './statuses.ts';
import type { NewEvent } from './types.ts';
import { upstreamOf } from './upstream.ts';

/** What is asked for. */
export type Control = Pick<Extract<NewEvent, { type: 'control.requested' }>['data'], 'verb' | 'step' | 'value'>;

/** Why a control would change nothing, as a sentence for the person; undefined when it may be asked for. */
export function refuseControl(state: RunState, control: Control): string | undefined {
  if (isRunOver(state.status)) return text.controlEnded(state.status);
  if (state.cancelRequested !== undefined) return text.controlCancelled();
  if (control.verb === 'budget') return budgetOf(control.value) === undefined ? text.badBudget() : undefined;
  if (control.verb === 'stop') return state.stopRequested === undefined ? undefined : text.stopsAlready();
  if (control.verb === 'retry' && control.step === undefined)
    return failedSteps(state).length === 0 ? text.nothingFailed() : undefined;
  const plan = planOf(state.spec.workflow);
  const place = plan.get(pathOf(control.step ?? ''));
  const step = place === undefined ? undefined : state.steps.get(place.path);
  if (place === undefined || step === undefined || place.step.implicit) return text.noSuchStep(control.step ?? '');
  const { name } = place.step;
  if (control.verb === 'retry')
    return step.status === 'failed' || step.status === 'timed_out' ? undefined : text.hasNotFailed(name, step.status);
  if (control.verb === 'rerun') return step.status === 'pending' ? text.hasNotRun(name) : undefined;
  if (!['pending', 'ready', 'waiting'].includes(step.status)) return text.tooLateToSkip(name, step.status);
  return place.step.advisory || isTolerated(place.step) ? undefined : text.notOptional(name);
}

/** The steps that a control starts over: those it is about, all that depends on them, and what never ran because of them. */
export function startedOver(state: RunState, control: Control): ReadonlySet<StepPath> {
  const plan = planOf(state.spec.workflow);
  const from = control.step === undefined ? failedSteps(state) : [pathOf(control.step)];
  const found = new Set(from.flatMap((path) => [...dependentsOf(plan, path)]));
  for (const step of state.steps.values()) if (step.skipped?.reason === 'run_failed') found.add(step.path);
  return found;
}

/** A step, what is in and around it, and every step that comes after it. */
export function dependentsOf(plan: Plan, path: StepPath): ReadonlySet<StepPath> {
  const place = plan.get(path);
  if (place === undefined) return new Set();
  const found = new Set([path, ...inside(plan, place).map((inner) => inner.path)]);
  for (const other of plan.values()) if (upstreamOf(plan, other.path).has(path)) found.add(other.path);
  for (const each of found) {
    const one = plan.get(each);
    for (const container of one === undefined ? [] : containersOf(plan, one)) found.add(container.path);
  }
  return found;
}

/** US dollars of a `budget` control; undefined when it names none. */
export function budgetOf(value: Json | undefined): number | undefined {
  const given = isObject(value) ? value['usd'] : value;
  return typeof given === 'number' && Number.isFinite(given) && given >= 0 ? given : undefined;
}

function failedSteps(state: RunState): StepPath[] {
  return [...state.steps.values()]
    .filter(({ status }) => status === 'failed' || status === 'timed_out')
    .map(({ path }) => path);
}
