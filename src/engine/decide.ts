// State → what happens next. Pure: it reads no clock, rolls no dice and does nothing of what it decides.
import { defined } from '../support/index.ts';
import { asksPersona, asksStatus, isApproval, isContainer, isDelay, isGate, keepsWork } from '../definition/index.ts';
import type { Json, JsonObject, StepPath } from '../support/index.ts';
import type { GateStep } from '../definition/index.ts';
import { approvalResult, gateDecision } from './approval.ts';
import type { GateDecision } from './approval.ts';
import { exceededBudget } from './plan/budget.ts';
import type { Exceeded } from './plan/budget.ts';
import { eachCandidate } from './candidates.ts';
import { containerEnd, superseded } from './containers.ts';
import { pendingDecision, stopOf, waitsInMainList } from './decide-pending.ts';
import type { PendingDecision } from './decide-pending.ts';
import { inputOf, openingOf, withDeclaredOutputs, workflowOutputs } from './plan/inputs.ts';
import type { AttemptInput } from './plan/inputs.ts';
import { text } from './model/messages.ts';
import { outcomeOf } from './plan/outcome.ts';
import { wantsJoin } from './plan/rankings.ts';
import type { Outcome } from './plan/outcome.ts';
import { inside, planOf } from './plan/plan.ts';
import type { Place, Plan } from './model/place.ts';
import { reusedResult } from './reuse.ts';
import { overtime } from './overtime.ts';
import { nextTimeLimit } from './plan/time-limit.ts';
import type { RunState, StepState } from './model/state.ts';
import { isRunOver, isStepOver } from './model/statuses.ts';
import { tallyOf } from './model/step-table.ts';
import { stopCause } from './plan/stop-cause.ts';
import type { StopCause } from './plan/stop-cause.ts';
import type { StepError, StepResult } from './model/types.ts';
import { verdictGateEnd } from './verdict-gate.ts';
import type { VerdictGateEnd } from './verdict-gate.ts';
import { usedBy } from './model/used-by.ts';

/** One thing to do next. All but `park` and `finish` become events first (`eventsOf`). */
export type Decision =
  | { readonly kind: 'begin-run' }
  /** A leaf executes. `goesOn`: the same attempt, which waited. */
  | {
      readonly kind: 'start';
      readonly path: StepPath;
      readonly attempt: number;
      readonly goesOn: boolean;
      readonly input: AttemptInput;
    }
  /** A container opens; its children decide the rest. `items`: what they are there for, each; absent: as before. */
  | {
      readonly kind: 'open';
      readonly path: StepPath;
      readonly attempt: number;
      readonly input: AttemptInput;
      readonly items?: readonly Json[];
    }
  /** What the steps in a container left behind is brought into their order; then it ends. */
  | { readonly kind: 'join'; readonly path: StepPath }
  | Extract<PendingDecision, { kind: 'skip' | 'fail' }>
  | { readonly kind: 'close'; readonly path: StepPath; readonly attempt: number; readonly result: StepResult }
  /** A linked run takes over what the run before it did. */
  | { readonly kind: 'reuse'; readonly path: StepPath; readonly reused: NonNullable<ReturnType<typeof reusedResult>> }
  | Exclude<GateDecision, { kind: 'open' }>
  | Extract<VerdictGateEnd, { kind: 'rework' }>
  | {
      readonly kind: 'cancel';
      readonly path: StepPath;
      readonly reason: 'cancelled' | 'superseded' | 'timed_out';
      readonly message?: string;
      /** It is the run that had no more time, not the step. */
      readonly ofRun?: true;
    }
  | { readonly kind: 'budget'; readonly exceeded: Exceeded }
  | { readonly kind: 'finish'; readonly outcome: Outcome; readonly outputs: JsonObject }
  /** Nothing to do until then; null: until an event comes. */
  | { readonly kind: 'park'; readonly until: number | null };

/** What `decide` must know that no journal tells. */
export interface DecideOptions {
  /** Attempts that execute in this process. A running step that is not among them was interrupted. */
  readonly live?: ReadonlySet<StepPath>;
  /** Independent branches go on after a failure. */
  readonly collectErrors?: boolean;
  /** Somebody joins what steps beside each other left behind. */
  readonly joins?: boolean;
}

/** Starts that a dying process leaves behind before a step counts as poison. */
const poisonAfter = 5;

/**
 * What to do now. Fold the events of these decisions and ask again until `park`, `finish` or nothing (attempts execute).
 */
export function decide(state: RunState, now: number, options: DecideOptions = {}): Decision[] {
  if (isRunOver(state.status)) return [];
  const moment: Moment = {
    state,
    plan: planOf(state),
    now,
    live: options.live ?? new Set(),
    joins: options.joins === true,
  };
  const cause = stopCause(state, moment.plan, options.collectErrors === true);
  if (state.startedAt === undefined && cause === undefined)
    return state.paused === undefined ? [{ kind: 'begin-run' }] : [{ kind: 'park', until: null }];
  const decisions: Decision[] = cause?.kind === 'cancel' ? cancelAll(moment) : overtime(moment);
  if (decisions.length > 0) return decisions;
  eachCandidate({ state, plan: moment.plan, all: cause !== undefined }, (place, step) => {
    // Asked for every waiting step at every turn: most answers end here.
    if (cause === undefined && step.status === 'pending' && waitsInMainList(state, place, step)) return;
    decisions.push(...decideStep(moment, place, { step, cause }));
  });
  const budget = decisions.find((decision) => decision.kind === 'budget');
  if (budget !== undefined) return [budget];
  if (decisions.length > 0) return decisions;
  if (tallyOf(state.steps).open === 0)
    return [{ kind: 'finish', outcome: outcomeOf(state, moment.plan), outputs: workflowOutputs(state, moment.plan) }];
  return moment.live.size > 0 ? [] : [{ kind: 'park', until: nextWake(state, now) }];
}

/** When a timer of the run is due next, milliseconds since 1970; null when only an event moves it. */
export function nextWake(state: RunState, now: number): number | null {
  let next = nextTimeLimit(state, now);
  // Nothing starts while it is paused, whatever comes due.
  if (state.paused !== undefined && state.cancelRequested === undefined) return next;
  for (const path of tallyOf(state.steps).live) {
    const step = state.steps.get(path);
    const time = step === undefined ? undefined : dueAt(state, step);
    if (typeof time === 'number') next = Math.min(next ?? time, time);
  }
  return next;
}

function dueAt(state: RunState, step: StepState): number | null | undefined {
  if (step.status === 'ready') return step.retryAt;
  if (step.status === 'waiting') return step.waitingFor?.until;
  return step.status === 'running' ? containerDeadline(state, step) : undefined;
}

interface Moment {
  readonly state: RunState;
  readonly plan: Plan;
  readonly now: number;
  readonly live: ReadonlySet<StepPath>;
  readonly joins: boolean;
}

function decideStep(
  moment: Moment,
  place: Place,
  { step, cause }: { readonly step: StepState; readonly cause: StopCause | undefined },
): Decision[] {
  const isPaused = moment.state.paused !== undefined && cause?.kind !== 'cancel';
  if (step.skipRequested !== undefined && step.status !== 'running') return [skippedByPerson(step)];
  if (isContainer(place.definition) && step.status === 'running') return decideContainer(moment, place, step);
  if (step.status === 'pending') return decidePending(moment, place, cause);
  const stop = stopOf({ state: moment.state, plan: moment.plan, place, cause });
  // What executes goes on to its end, unless the run ended early with success; what waits or would try again does not.
  const executes = step.status === 'running' && !isGate(place.step);
  if (stop !== undefined && (cause?.kind === 'stop' || cause?.kind === 'merged' || !executes))
    return [
      {
        kind: 'cancel',
        path: place.path,
        reason: cause?.kind === 'person' ? 'cancelled' : 'superseded',
        message: stop.because,
      },
    ];
  if (isPaused) return [];
  if (isGate(place.step) && step.status === 'running') return verdictGate(moment, { ...place, step: place.step }, step);
  if (step.approval?.isOpen === true) return atGate(moment, place, step);
  return decideOpenLeaf(moment, place, step);
}

/** Started before: interrupted, due for another try, or woken. */
function decideOpenLeaf(moment: Moment, place: Place, step: StepState): Decision[] {
  const { now, live } = moment;
  if (step.status === 'running') {
    if (live.has(place.path)) return [];
    if ((step.interruptions ?? 0) + 1 >= poisonAfter) return [poison(place.path)];
    return [startAgain(step, step.attempts + 1, false)];
  }
  if (step.status === 'ready') {
    if (step.retryAt !== undefined && step.retryAt > now) return [];
    const exceeded = asksPersona(place.step) ? exceededBudget(moment.state, now) : undefined;
    if (exceeded !== undefined) return budgetDecision(moment.state, place.path, exceeded);
    return step.inputHash === undefined
      ? startFirst(moment, place, step)
      : [startAgain(step, step.attempts + 1, false)];
  }
  const due = step.woken === true || (step.waitingFor?.until ?? Number.POSITIVE_INFINITY) <= now;
  return due ? [startAgain(step, step.attempts, true)] : [];
}

function decidePending(moment: Moment, place: Place, cause: StopCause | undefined): Decision[] {
  const { state, plan } = moment;
  const isPaused = state.paused !== undefined && cause?.kind !== 'cancel';
  const decision = pendingDecision({ state, plan, place, cause });
  if (decision === undefined) return [];
  if (decision.kind !== 'go') return [decision];
  const step = state.steps.get(place.path);
  if (isPaused || step === undefined) return [];
  return atGate(moment, place, step);
}

/** Ready to start, if nobody has to approve it, or somebody has. */
function atGate(moment: Moment, place: Place, step: StepState): Decision[] {
  const { state, now } = moment;
  const gate = gateDecision({ ...moment, place });
  if (gate === undefined) return [];
  if (gate.kind !== 'open') return [gate];
  if (isApproval(place.step))
    return [{ kind: 'close', path: place.path, attempt: Math.max(1, step.attempts), result: approvalResult(step) }];
  if (isContainer(place.definition) || isGate(place.step)) return [openContainer(moment, place, step)];
  const exceeded = asksPersona(place.step) ? exceededBudget(state, now) : undefined;
  if (exceeded !== undefined) return budgetDecision(state, place.path, exceeded);
  return startFirst(moment, place, step);
}

function verdictGate(
  { state, plan }: Moment,
  place: Place & { readonly step: GateStep },
  { attempts }: StepState,
): Decision[] {
  return verdictGateEnd(state, plan, place).map((end) => (end.kind === 'close' ? { ...end, attempt: attempts } : end));
}

function skippedByPerson({ path, skipRequested }: StepState): Decision {
  const because = text.skippedBy(skipRequested?.login ?? '', skipRequested?.reason);
  return { kind: 'skip', path, reason: 'person', because };
}

/** The first request that a limit forbids ends the main list; one in `on_failure` or `finally` fails alone. */
function budgetDecision(state: RunState, path: StepPath, exceeded: Exceeded): Decision[] {
  if (state.budgetExceeded === undefined) return [{ kind: 'budget', exceeded }];
  const message = text.budget(exceeded);
  return [{ kind: 'fail', path, error: { class: 'budget', code: 'engine/budget', message } }];
}

function startFirst(moment: Moment, place: Place, step: StepState): Decision[] {
  const input = inputOf(moment.state, moment.plan, place);
  if (!input.ok) return [{ kind: 'fail', path: place.path, error: input.error }];
  const { inputHash } = input.value;
  const reused = reusedResult(moment.state, moment.plan, { place, inputHash });
  // Only before it ran here: a rerun in this run is one.
  if (reused !== undefined && step.attempts === 0) return [{ kind: 'reuse', path: place.path, reused }];
  return [{ kind: 'start', path: place.path, attempt: step.attempts + 1, goesOn: false, input: input.value }];
}

/** With the input of the attempt before: whoever decides on it decides on the same thing. */
function startAgain(step: StepState, attempt: number, goesOn: boolean): Decision {
  const { path, inputHash = '', timeoutMs, unresolved } = step;
  return {
    kind: 'start',
    path,
    attempt,
    goesOn,
    input: {
      // `input` was an AttemptInput's when it was recorded in step.started.
      input: (step.input ?? {}) as JsonObject,
      inputHash,
      ...defined({ timeoutMs, unresolved }),
    },
  };
}

function openContainer({ state, plan }: Moment, place: Place, { attempts }: StepState): Decision {
  const attempt = attempts + 1;
  const input = inputOf(state, plan, place);
  if (!input.ok) return { kind: 'fail', path: place.path, error: input.error };
  const reused = attempts > 0 ? undefined : reusedResult(state, plan, { place, inputHash: input.value.inputHash });
  if (reused !== undefined) return { kind: 'reuse', path: place.path, reused };
  const opened = openingOf(state, plan, place);
  if (!opened.ok) return { kind: 'fail', path: place.path, error: opened.error };
  const { input: more, items } = opened.value;
  return {
    kind: 'open',
    path: place.path,
    attempt,
    input: more === undefined ? input.value : { ...input.value, input: { ...input.value.input, ...more } },
    ...defined({ items }),
  };
}

function decideContainer(moment: Moment, place: Place, step: StepState): Decision[] {
  const { state, plan, now } = moment;
  const deadline = containerDeadline(state, step);
  if (deadline !== undefined && deadline <= now) {
    const message = text.timedOut(deadline - (step.startedAt ?? now));
    return [
      ...cancelInside(moment, place, { reason: 'timed_out', message }),
      { kind: 'cancel', path: place.path, reason: 'timed_out', message },
    ];
  }
  const unwanted = superseded(state, plan, place);
  if (unwanted !== undefined)
    return cancelInside(moment, place, { reason: 'superseded', message: unwanted.because }).filter(
      ({ path }) => !keepsWork(plan.get(path)?.step ?? place.step),
    );
  const end = containerEnd(state, plan, place);
  // while it is joined it has not ended
  if (end === undefined || moment.live.has(place.path)) return [];
  if (moment.joins && wantsJoin(state, plan, { place, step, end })) return [{ kind: 'join', path: place.path }];
  if (end.kind === 'failed') {
    const rest =
      end.rest === undefined
        ? cancelInside(moment, place, { reason: 'cancelled' })
        : skipInside(moment, place, end.rest);
    return [...rest, { kind: 'fail', path: place.path, error: end.error }];
  }
  if (end.kind === 'cancelled') return [{ kind: 'cancel', path: place.path, reason: 'cancelled' }];
  const declared = withDeclaredOutputs(state, plan, { place, result: end.result });
  if (!declared.ok) return [{ kind: 'fail', path: place.path, error: declared.error }];
  const losers =
    end.winner === undefined
      ? []
      : cancelInside(moment, place, { reason: 'superseded', message: text.superseded(end.winner.path) });
  return [...losers, { kind: 'close', path: place.path, attempt: step.attempts, result: declared.value }];
}

function cancelInside(
  moment: Moment,
  place: Place,
  why: { readonly reason: 'cancelled' | 'superseded' | 'timed_out'; readonly message?: string },
): Extract<Decision, { kind: 'cancel' }>[] {
  return inside(moment.plan, place)
    .filter((inner) => !isStepOver(moment.state.steps.get(inner.path)?.status ?? 'skipped'))
    .map(({ path }) => ({ kind: 'cancel', path, ...why }));
}

/** What has not begun, and never will. */
function skipInside({ plan, state }: Moment, place: Place, because: string): Decision[] {
  return inside(plan, place)
    .filter((inner) => !isStepOver(state.steps.get(inner.path)?.status ?? 'skipped'))
    .map(({ path }) => ({ kind: 'skip', path, reason: 'run_failed', because }));
}

/** Cancel is now: all that has not ended, but in a run that began for the implicit step that settles the pull request, and for what asks for it. */
function cancelAll({ state, plan }: Moment): Decision[] {
  const began = [...state.steps.values()].some((step) => step.attempts > 0);
  return [...plan.values()]
    .filter((place) => !(began && ((place.step.implicit && place.list === 'finally') || runsAfterCancel(place))))
    .filter((place) => !isStepOver(state.steps.get(place.path)?.status ?? 'skipped'))
    .map(({ path }) => ({ kind: 'cancel', path, reason: 'cancelled' }));
}

/** Its condition asks whether the run was cancelled. Nobody is asked any more, nor waited for. */
function runsAfterCancel({ asksStatus: asks, definition, list, parent, step }: Place): boolean {
  if (!asks || list !== 'steps' || parent !== undefined || step.condition === undefined) return false;
  if (step.approval !== undefined) return false;
  if (isContainer(definition) || asksPersona(step) || step.decides === true || isDelay(step)) return false;
  return asksStatus(step.condition, { success: false, cancelled: true });
}

function poison(path: StepPath): Decision {
  const error: StepError = {
    class: 'failed',
    code: 'engine/interrupted',
    message: text.interrupted(poisonAfter),
    hint: text.interruptedHint(),
  };
  return { kind: 'fail', path, error };
}

/** A container's timeout excludes the time its run was parked. Leaves are timed by whoever executes them. */
function containerDeadline(state: RunState, step: StepState): number | undefined {
  if (step.timeoutMs === undefined || step.startedAt === undefined || step.parkedMsBefore === undefined)
    return undefined;
  return step.startedAt + step.timeoutMs + (state.parkedMs ?? 0) - step.parkedMsBefore;
}

/** What remains of an attempt's timeout; undefined without one. */
export function remainingMs(step: StepState, now: number): number | undefined {
  return step.timeoutMs === undefined ? undefined : Math.max(0, step.timeoutMs - usedBy(step, now));
}
