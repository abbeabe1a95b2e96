// What people may ask of a run while it lives, and which steps that is about. Pure; moves nothing.
import { isObject } from '../../support/index.ts';
import type { Json, StepPath } from '../../support/index.ts';
import { text } from '../model/messages.ts';
import { containersOf, inside, isTolerated, placesAt, planOf } from './plan.ts';
import type { Place, Plan } from '../model/place.ts';
import type { RunState } from '../model/state.ts';
import { isRunOver } from '../model/statuses.ts';
import { afterAny } from './upstream.ts';

/** What is asked for. */
export interface Control {
  readonly verb: 'retry' | 'rerun' | 'skip' | 'stop' | 'budget';
  readonly step?: string;
  readonly value?: Json;
}

/** Why a control would change nothing, as a sentence for the person; undefined when it may be asked for. */
export function refuseControl(state: RunState, control: Control): string | undefined {
  if (isRunOver(state.status)) return text.controlEnded(state.status);
  if (state.cancelRequested !== undefined) return text.controlCancelled();
  if (control.verb === 'budget' && givenMinutes(control.value) !== undefined) return undefined;
  if (control.verb === 'budget') return budgetOf(control.value) === undefined ? text.badBudget() : undefined;
  if (control.verb === 'stop') return state.stopRequested === undefined ? undefined : text.stopsAlready();
  if (control.verb === 'retry' && control.step === undefined)
    return failedSteps(state).length === 0 ? text.nothingFailed() : undefined;
  const path = control.step ?? '';
  const places = placesAt(planOf(state), path as StepPath); // a path that leads nowhere finds nothing
  if (places.length === 0) return text.noSuchStep(path);
  const refusals = places.map((place) => refuseAt(state, control.verb, place));
  // of an item it is enough that one of its steps can be done again; skipped it is as a whole
  const isRefused = control.verb === 'skip' ? refusals.some(isText) : refusals.every(isText);
  return isRefused ? refusals.find(isText) : undefined;
}

function isText(value: string | undefined): value is string {
  return value !== undefined;
}

function refuseAt(state: RunState, verb: Control['verb'], place: Place): string | undefined {
  const step = state.steps.get(place.path);
  if (step === undefined || place.step.implicit) return text.noSuchStep(place.path);
  const { name } = place.step;
  if (verb === 'retry')
    return step.status === 'failed' || step.status === 'timed_out' ? undefined : text.hasNotFailed(name, step.status);
  if (verb === 'rerun') return step.status === 'pending' ? text.hasNotRun(name) : undefined;
  if (!['pending', 'ready', 'waiting'].includes(step.status)) return text.tooLateToSkip(name, step.status);
  return place.step.advisory || isTolerated(place.step) ? undefined : text.notOptional(name);
}

/** The steps that a control starts over: those it is about, all that depends on them, and what never ran because of them. */
export function startedOver(state: RunState, control: Control): ReadonlySet<StepPath> {
  const plan = planOf(state);
  const from = control.step === undefined ? failedSteps(state) : [control.step as StepPath]; // as in refuseControl
  const found = new Set(dependentsOf(plan, ...from));
  for (const step of state.steps.values()) if (step.skipped?.reason === 'run_failed') found.add(step.path);
  return found;
}

/** Steps, or the steps of items, with what is in and around them, and every step that comes after them. */
export function dependentsOf(plan: Plan, ...paths: readonly StepPath[]): ReadonlySet<StepPath> {
  const from = paths.flatMap((path) => placesAt(plan, path));
  const found = new Set(from.flatMap((place) => [place, ...inside(plan, place)]).map(({ path }) => path));
  const comesAfter = afterAny(plan, from);
  for (const place of plan.values()) if (comesAfter(place)) found.add(place.path);
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

/** What a job allows a run that it goes on with, null where it says nothing; undefined: the control is about money. */
export function givenMinutes(value: Json | undefined): number | null | undefined {
  const given = isObject(value) ? value['job_minutes'] : undefined;
  return given === null || (typeof given === 'number' && given > 0) ? given : undefined;
}

function failedSteps(state: RunState): StepPath[] {
  return [...state.steps.values()]
    .filter(({ status }) => status === 'failed' || status === 'timed_out')
    .map(({ path }) => path);
}
