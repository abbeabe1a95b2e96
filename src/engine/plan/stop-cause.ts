// Why nothing new may start: cancelled, failed, ended early, out of budget. Pure.
import type { StepPath } from '../../support/index.ts';
import { fatalSteps } from './failure.ts';
import { stoppingStep } from './outcome.ts';
import type { Place, Plan } from '../model/place.ts';
import type { RunState } from '../model/state.ts';
import { tallyOf } from '../model/step-table.ts';
import type { By } from '../model/types.ts';

/** What ends the main list early, in this order. */
export type StopCause =
  | { readonly kind: 'cancel' }
  | { readonly kind: 'failed'; readonly place: Place }
  | { readonly kind: 'stop'; readonly path: StepPath; readonly reason: string }
  /** Somebody merged the pull request: nothing more is written. */
  | { readonly kind: 'merged'; readonly by: string }
  | { readonly kind: 'budget' }
  /** A person stops it: what executes ends on its own. */
  | { readonly kind: 'person'; readonly by: By };

/** The cause that stops the main list, or undefined while it goes on. */
export function stopCause(state: RunState, plan: Plan, collectErrors: boolean): StopCause | undefined {
  if (state.cancelRequested !== undefined) return { kind: 'cancel' };
  if (state.facts.mergedBy !== undefined) return { kind: 'merged', by: state.facts.mergedBy };
  // Asked at every turn: most answers end here.
  if (isSmooth(state) && state.stopRequested === undefined && state.budgetExceeded === undefined) return undefined;
  const [failed] = collectErrors ? [] : fatalSteps(state, plan);
  if (failed !== undefined) return { kind: 'failed', place: failed };
  if (state.stopRequested !== undefined) return { kind: 'person', by: state.stopRequested };
  const stop = stoppingStep(state);
  if (stop !== undefined) return { kind: 'stop', ...stop };
  return state.budgetExceeded === undefined ? undefined : { kind: 'budget' };
}

/** No step failed, and none ended the run early. */
function isSmooth(state: RunState): boolean {
  return tallyOf(state.steps).ending.length === 0;
}
