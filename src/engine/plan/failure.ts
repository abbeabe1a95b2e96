// Which step made the run fail, and whether that stops it. Pure.
import { defined } from '../../support/index.ts';
import { isContainer } from '../../definition/index.ts';
import type { ErrorClass, StepPath } from '../../support/index.ts';
import { text } from '../model/messages.ts';
import { containerOf } from '../containers/registry.ts';
import { containersOf, inFileOrder, isTolerated } from './plan.ts';
import type { Place, Plan } from '../model/place.ts';
import type { RunState } from '../model/state.ts';
import { tallyOf } from '../model/step-table.ts';

/** What `error.*` reads. */
export interface Failure {
  readonly step: StepPath;
  readonly class: ErrorClass;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** Whether a step failed or timed out and nothing lets the run go on: not its own keys, and no handler that failed itself. */
export function isHardFailed(state: Pick<RunState, 'steps'>, plan: Plan, place: Place): boolean {
  const status = state.steps.get(place.path)?.status;
  if (status !== 'failed' && status !== 'timed_out') return false;
  if (!isTolerated(place.step)) return true;
  return place.handlers.some((path) => {
    const handler = plan.get(path);
    return handler !== undefined && isHardFailed(state, plan, handler);
  });
}

/**
 * The steps whose failure ends the run, earliest first; none while it may still succeed. A child's failure counts as soon
 * as its container can no longer succeed: `all` at once, `any` when all failed. A child stands before its container.
 */
export function fatalSteps(state: RunState, plan: Plan, list: Place['list'] = 'steps'): Place[] {
  const found: { place: Place; at: number }[] = [];
  for (const path of inFileOrder(plan, tallyOf(state.steps).ending)) {
    const place = plan.get(path);
    const step = state.steps.get(path);
    if (place === undefined) continue;
    if (step?.status !== 'failed' && step?.status !== 'timed_out') continue;
    // What fails in a handler counts through the step it handles.
    if (place.list !== list || place.handlerOf !== undefined) continue;
    if (isFatal(state, plan, place)) found.push({ place, at: step.finishedAt ?? 0 });
  }
  if (found.length === 0) return [];
  const rank = (place: Place): number => (isContainer(place.definition) ? 1 : 0);
  return found.toSorted((a, b) => a.at - b.at || rank(a.place) - rank(b.place)).map(({ place }) => place);
}

/** What failed, for `error.*`: for a handler the error it handles, else the run's first fatal one, else a verdict. */
export function failureOf(state: RunState, plan: Plan, place?: Place): Failure | undefined {
  const handled = place === undefined ? undefined : handledBy(plan, place);
  const failed = handled ?? fatalSteps(state, plan)[0];
  if (failed !== undefined) {
    const error = state.steps.get(failed.path)?.error;
    if (error === undefined) return undefined;
    return {
      step: failed.path,
      class: error.class,
      code: error.code,
      message: error.message,
      ...defined({ hint: error.hint }),
    };
  }
  const exceeded = state.budgetExceeded;
  if (exceeded === undefined) return undefined;
  const message = text.budget(exceeded);
  const step = '' as StepPath; // no step is at fault
  return exceeded.which === 'minutes'
    ? { step, class: 'timeout', code: 'engine/out-of-time', message }
    : { step, class: 'budget', code: 'engine/budget', message };
}

/** Whether the failure of a step ends the run: nothing around it takes it. */
export function isFatal(state: RunState, plan: Plan, place: Place): boolean {
  if (!isHardFailed(state, plan, place)) return false;
  for (const container of containersOf(plan, place)) {
    // It counts through its container, which may fail with the errors of all.
    if (containerOf(container.step)?.absorbsFailures(container.step) === true) return false;
    const isRunning = state.steps.get(container.path)?.status === 'running';
    if (isTolerated(container.step) || (!isRunning && !isHardFailed(state, plan, container))) return false;
  }
  return true;
}

function handledBy(plan: Plan, place: Place): Place | undefined {
  for (const each of [place, ...containersOf(plan, place)])
    if (each.handlerOf !== undefined) return plan.get(each.handlerOf);
  return undefined;
}
