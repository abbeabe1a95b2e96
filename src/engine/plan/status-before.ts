// What `success()`, `failure()` and `cancelled()` answer where a step stands: by what comes before it. Pure.
import type { Scope } from '../../definition/index.ts';
import { heldUp } from './dependencies.ts';
import { isFatal } from './failure.ts';
import { isJudging } from './outcome.ts';
import type { Place, Plan } from '../model/place.ts';
import type { RunState } from '../model/state.ts';
import { tallyOf } from '../model/step-table.ts';
import { upstreamOf } from './upstream.ts';

/**
 * The answers for a place; without one: of the run. `hasFailed`: whether the run has, which is what `on_failure`, `finally` and
 * handlers ask about; a step of the main list asks about the steps before it.
 */
export function statusBefore(
  state: RunState,
  plan: Plan,
  { place, hasFailed }: { readonly place: Place | undefined; readonly hasFailed: boolean },
): NonNullable<Scope['outcome']> {
  const cancelled = state.cancelRequested !== undefined || state.stopRequested !== undefined;
  const ofRun = hasFailed && place?.list !== 'steps';
  const failure = ofRun || (place !== undefined && failedBefore(state, plan, place));
  const isHeldUp = place !== undefined && heldUp(state, plan, place) !== undefined;
  return { success: !failure && !cancelled && !isHeldUp, failure, cancelled };
}

/** A step before it failed, did not begin because the run had failed, or judged that the work is not good. */
function failedBefore(state: RunState, plan: Plan, place: Place): boolean {
  const { ending, notable } = tallyOf(state.steps);
  const isSmooth = ending.length === 0 && notable.length === 0 && state.budgetExceeded === undefined;
  if (isSmooth) return false;
  for (const path of upstreamOf(plan, place.path)) {
    const before = plan.get(path);
    const step = state.steps.get(path);
    // what fails in a handler counts through the step that it handles
    if (before === undefined || step === undefined || before.list === 'on_error') continue;
    if (step.skipped?.reason === 'run_failed' || isFatal(state, plan, before)) return true;
    const verdict = step.result?.verdict;
    if ((verdict === 'fail' || verdict === 'unknown') && isJudging(plan, before)) return true;
  }
  return false;
}
