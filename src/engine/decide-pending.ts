// Whether a step that has not started goes, waits, or is skipped. Pure.
import { asksPersona, asksStatus, keepsWork } from '../definition/index.ts';
import type { StepPath } from '../support/index.ts';
import { isSettled, openedAt } from './containers.ts';
import { containerOf } from './containers/registry.ts';
import { mayBeLeftOut } from './plan/leave-out.ts';
import { heldUp } from './plan/dependencies.ts';
import { holds } from './plan/inputs.ts';
import { text } from './model/messages.ts';
import { outcomeOf } from './plan/outcome.ts';
import { containersOf } from './plan/plan.ts';
import type { Place, Plan } from './model/place.ts';
import { isMainOver } from './plan/scope.ts';
import type { RunState, StepState } from './model/state.ts';
import { isStepOver } from './model/statuses.ts';
import { stateAt } from './model/step-table.ts';
import type { StopCause } from './plan/stop-cause.ts';
import type { StepError } from './model/types.ts';

type SkipReason = NonNullable<StepState['skipped']>['reason'];

/** What happens to a pending step; undefined: it waits. */
export type PendingDecision =
  | { readonly kind: 'go' }
  | { readonly kind: 'skip'; readonly path: StepPath; readonly reason: SkipReason; readonly because?: string }
  | { readonly kind: 'fail'; readonly path: StepPath; readonly error: StepError };

/** A step with all that bears on it. */
export interface Question {
  readonly state: RunState;
  readonly plan: Plan;
  readonly place: Place;
  readonly cause: StopCause | undefined;
}

/** Whether a pending step stands in the main list, inside nothing, and something that it needs has not ended: it waits. */
export function waitsInMainList(state: RunState, place: Place, step: StepState): boolean {
  if (place.list !== 'steps' || place.parent !== undefined || step.skipRequested !== undefined) return false;
  return isBehindOthers(state, place);
}

/** The decision about one pending step. */
export function pendingDecision(question: Question): PendingDecision | undefined {
  const { state, plan, place } = question;
  const turn = turnOfList(question);
  if (turn !== 'now') return turn;
  const stop = stopOf(question);
  if (stop !== undefined) return skip(place, stop.reason, stop.because);
  const around = byContainer(question);
  if (around !== 'now') return around;
  const before = byDependencies(question);
  if (before === undefined || (before !== 'now' && !place.asksStatus)) return before;
  const leftOut = before === 'now' ? byPersona(question) : undefined;
  if (leftOut !== undefined) return leftOut;
  const { condition } = place.step;
  if (condition === undefined) return { kind: 'go' };
  const asked = holds(state, plan, { place, source: condition });
  if (!asked.ok) return { kind: 'fail', path: place.path, error: asked.error };
  if (asked.value) return { kind: 'go' };
  // what would have run had all gone well was not left out by its condition
  const isHeldUp = before !== 'now' && asksStatus(condition, { success: true, failure: false, cancelled: false });
  return isHeldUp ? before : skip(place, 'condition', text.condition(condition));
}

/** `on_failure` has its turn when the main list is over and failed, `finally` after that, its implicit steps last. */
function turnOfList({ state, plan, place }: Question): PendingDecision | undefined | 'now' {
  if (place.list === 'steps' || place.list === 'on_error') return 'now';
  if (!isMainOver(state)) return undefined;
  if (place.list === 'on_failure') {
    const { status } = outcomeOf(state, plan);
    if (status === 'failed' || status === 'timed_out') return 'now';
    return skip(place, 'branch', text.handlerNotNeeded());
  }
  for (const other of plan.values()) {
    const isBefore =
      other.list === 'on_failure' || (other.list === 'finally' && place.step.implicit && !other.step.implicit);
    if (isBefore && !isOver(state, other.path)) return undefined;
  }
  return 'now';
}

/**
 * Why this step may not begin, or try again, in a main list that ended early. Handlers of what failed still run, and so do
 * the siblings in the parallel where it failed.
 */
export function stopOf({ state, plan, place, cause }: Question): { reason: SkipReason; because: string } | undefined {
  if (cause === undefined || (place.list !== 'steps' && place.list !== 'on_error')) return undefined;
  if (cause.kind === 'cancel') return undefined; // all of it is cancelled elsewhere
  if (cause.kind === 'merged') return { reason: 'branch', because: text.mergedBy(cause.by) };
  if (place.goesOn && !(cause.kind === 'budget' && asksPersona(place.step))) return undefined;
  if (cause.kind === 'person')
    return { reason: 'run_failed', because: text.stoppedBy(cause.by.login, cause.by.reason) };
  if (cause.kind === 'stop') return { reason: 'branch', because: text.stopped(cause.path, cause.reason) };
  if (place.list === 'on_error') return undefined;
  // the work of a panel is there already, and was paid for
  if (keepsWork(place.step)) return undefined;
  if (cause.kind === 'budget') return { reason: 'run_failed', because: budgetText(state) };
  const shared = new Set(containersOf(plan, cause.place));
  if (containersOf(plan, place).some((outer) => shared.has(outer) && containerOf(outer.step)?.siblingsGoOn === true))
    return undefined;
  return { reason: 'run_failed', because: text.runFailed(cause.place.path) };
}

function byContainer({ state, plan, place }: Question): PendingDecision | undefined | 'now' {
  if (place.handlerOf !== undefined) return byHandled(state, plan, place);
  if (place.parent === undefined) return 'now';
  const container = plan.get(place.parent);
  const outer = state.steps.get(place.parent);
  if (container === undefined || outer === undefined) return undefined;
  if (outer.reusedFrom !== undefined) return skip(place, 'branch', text.reusedWhole(place.parent));
  if (isStepOver(outer.status))
    return skip(place, outer.skipped?.reason ?? 'run_failed', outer.skipped?.because ?? text.runFailed(place.parent));
  if (outer.status !== 'running') return undefined;
  const turn = containerOf(container.step)?.next(openedAt(state, plan, { place: container, state: outer }), place);
  if (turn === 'now' || turn === undefined) return 'now';
  if (turn === 'later') return undefined;
  // one beside it failed, and it asks for that
  return place.asksStatus && turn.reason === 'run_failed' ? 'now' : skip(place, turn.reason, turn.because);
}

function byHandled(state: RunState, plan: Plan, place: Place): PendingDecision | undefined | 'now' {
  const owner = place.handlerOf === undefined ? undefined : state.steps.get(place.handlerOf);
  if (owner === undefined || !isStepOver(owner.status)) return undefined;
  if (owner.status === 'failed' || owner.status === 'timed_out') return 'now';
  return skip(place, 'branch', text.handlerNotNeeded());
}

function byDependencies({ state, plan, place }: Question): PendingDecision | undefined | 'now' {
  if (isBehindOthers(state, place)) return undefined;
  const { dependencies } = place;
  if (!dependencies.every((dependency) => isSettled(state, plan, dependency))) return undefined;
  // What settles the pull request does so whatever happened before.
  if (place.step.implicit && place.list === 'finally') return 'now';
  const held = heldUp(state, plan, place);
  if (held === undefined) return 'now';
  if (held.how === 'none') return skip(place, 'dependency', text.noneSucceeded());
  return skip(place, 'dependency', text.dependency(held.by.path, statusOf(state, held.by.path)));
}

/** A persona before it said that it is not needed. What decides anything is never left out. */
function byPersona({ state, place }: Question): PendingDecision | undefined {
  if (!mayBeLeftOut(state.spec.workflow, place.step)) return undefined;
  for (const { path, step } of place.dependencies) {
    const reason = state.steps.get(path)?.result?.skipNext;
    if (reason !== undefined) return skip(place, 'persona', text.leftOut(step.name, reason));
  }
  return undefined;
}

function isBehindOthers(state: RunState, place: Place): boolean {
  for (const dependency of place.dependencies) {
    const step = stateAt(state.steps, dependency);
    if (step !== undefined && !isStepOver(step.status)) return true;
  }
  return false;
}

function budgetText(state: RunState): string {
  return state.budgetExceeded === undefined ? '' : text.budget(state.budgetExceeded);
}

function statusOf(state: RunState, path: StepPath): StepState['status'] {
  return state.steps.get(path)?.status ?? 'pending';
}

function isOver(state: RunState, path: StepPath): boolean {
  return isStepOver(statusOf(state, path));
}

function skip(place: Place, reason: SkipReason, because: string): PendingDecision {
  return { kind: 'skip', path: place.path, reason, because };
}
