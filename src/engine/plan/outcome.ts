// How a run ends, by decision 2: first rule that matches. Pure; the one place that says "green".
import { asksPersona, asksStatus, isContainer, isPanel, isPanelist, isRace } from '../../definition/index.ts';
import type { PanelStep, PersonaStep } from '../../definition/index.ts';
import { defined, oneLine, splitServerLines } from '../../support/index.ts';
import type { StepPath } from '../../support/index.ts';
import { fatalSteps } from './failure.ts';
import { text } from '../model/messages.ts';
import { containersOf, inFileOrder, planOf } from './plan.ts';
import type { Place, Plan } from '../model/place.ts';
import type { RunState, StepState } from '../model/state.ts';
import { tallyOf } from '../model/step-table.ts';
import type { RunStatus } from '../model/types.ts';

/** How a run ends and why; `step` is the one that decided it. */
export interface Outcome {
  readonly status: Extract<RunStatus, 'succeeded' | 'degraded' | 'failed' | 'cancelled' | 'timed_out'>;
  readonly reason: string;
  readonly step?: StepPath;
}

/** The outcome of a run whose steps have ended; before that, how it would end if nothing more happened. */
export function outcomeOf(state: RunState, plan: Plan = planOf(state)): Outcome {
  return (
    cancelled(state) ??
    merged(state) ??
    outOfTime(state, plan) ??
    timedOut(state, plan) ??
    failed(state, plan) ??
    stoppedByPerson(state) ??
    badVerdict(state, plan) ??
    stopped(state, plan) ??
    nothingDelivered(state, plan) ??
    degraded(state, plan) ?? { status: 'succeeded', reason: text.delivered() }
  );
}

/** The step that ended the run early with success, if one did. */
export function stoppingStep(state: RunState): { path: StepPath; reason: string } | undefined {
  for (const step of notable(state, planOf(state)))
    if (step.result?.stop !== undefined && !isOneOfPanel(state, step.path))
      return { path: step.path, reason: step.result.stop };
  return undefined;
}

/** A persona's verdict that counts for its run: not advisory, not one of several tries of which another succeeded. A panel has one. */
export function isJudging(plan: Plan, place: Place): place is Place & { readonly step: PersonaStep | PanelStep } {
  if ((!asksPersona(place.step) && !isPanel(place.step)) || isPanelist(place.step)) return false;
  if (place.list === 'on_failure' || place.list === 'finally') return false;
  const around = containersOf(plan, place);
  if (place.step.advisory || around.some((container) => container.step.advisory)) return false;
  return !around.some((container) => isRace(container.step));
}

/** What one of a panel says counts through the panel. */
function isOneOfPanel(state: RunState, path: StepPath): boolean {
  const step = planOf(state).get(path)?.step;
  return step !== undefined && isPanelist(step);
}

function cancelled(state: RunState): Outcome | undefined {
  const by = state.cancelRequested;
  return by === undefined ? undefined : { status: 'cancelled', reason: text.cancelled(by.login, by.reason) };
}

/** A person has decided that it is good enough. */
function merged({ facts }: RunState): Outcome | undefined {
  return facts.mergedBy === undefined ? undefined : { status: 'succeeded', reason: text.mergedBy(facts.mergedBy) };
}

/** Stopped before all was done. A stop that came after the last step changed nothing. */
function stoppedByPerson(state: RunState): Outcome | undefined {
  const by = state.stopRequested;
  if (by === undefined) return undefined;
  const isCut = [...state.steps.values()].some(
    ({ skipped, cancelledBecause }) => skipped?.reason === 'run_failed' || cancelledBecause === 'cancelled',
  );
  if (!isCut) return undefined;
  return { status: 'cancelled', reason: text.stoppedBy(by.login, by.reason) };
}

/** Its minutes are over. `step`: the first that was at work. */
function outOfTime(state: RunState, plan: Plan): Outcome | undefined {
  const exceeded = state.budgetExceeded;
  if (state.outOfTimeAt === undefined || exceeded === undefined) return undefined;
  const ended = inFileOrder(plan, tallyOf(state.steps).ending).flatMap((path) => plan.get(path) ?? []);
  const cut = ended.find(
    ({ path, list, definition }) =>
      list === 'steps' && !isContainer(definition) && state.steps.get(path)?.error?.code === 'engine/out-of-time',
  );
  return { status: 'timed_out', reason: text.budget(exceeded), ...defined({ step: cut?.path }) };
}

function timedOut(state: RunState, plan: Plan): Outcome | undefined {
  const late = hardFailures(state, plan).find((place) => state.steps.get(place.path)?.status === 'timed_out');
  if (late === undefined) return undefined;
  const error = state.steps.get(late.path)?.error;
  const reason = error?.code === 'engine/out-of-time' ? error.message : text.stepTimedOut(late.step.name);
  return { status: 'timed_out', reason, step: late.path };
}

function failed(state: RunState, plan: Plan): Outcome | undefined {
  const [place] = hardFailures(state, plan);
  if (place !== undefined) {
    const error = state.steps.get(place.path)?.error;
    // a step that refuses to go on against a verdict, or finds the work rolled back, only repeats it: the one that said no decided
    const repeats = error?.code === 'step/verdict-against' || error?.code === 'step/nothing-delivered';
    const said = repeats ? badVerdict(state, plan) : undefined;
    if (said !== undefined) return said;
    const message = error?.message ?? '';
    return {
      status: 'failed',
      reason: text.stepFailed(place.step.name, oneLine(splitServerLines(message).message, 400)),
      step: place.path,
    };
  }
  const exceeded = state.budgetExceeded;
  if (exceeded === undefined) return undefined;
  return { status: 'failed', reason: text.budget(exceeded) };
}

/** Those of the main list first, then those of `finally`. What fails in `on_failure` changes nothing: the run failed. */
function hardFailures(state: RunState, plan: Plan): Place[] {
  return [...fatalSteps(state, plan), ...fatalSteps(state, plan, 'finally')];
}

function badVerdict(state: RunState, plan: Plan): Outcome | undefined {
  for (const { path, result } of notable(state, plan)) {
    const place = plan.get(path);
    if (place === undefined || !isJudging(plan, place)) continue;
    if (result?.verdict !== 'fail' && result?.verdict !== 'unknown') continue;
    const why = result.verdictReason ?? result.summary;
    const reason = text.verdict(place.step.name, result.verdict, why === undefined ? undefined : oneLine(why, 300));
    return { status: 'failed', reason, step: place.path };
  }
  return undefined;
}

function stopped(state: RunState, plan: Plan): Outcome | undefined {
  const stop = stoppingStep(state);
  if (stop === undefined) return undefined;
  const optional = degraded(state, plan);
  return { status: optional?.status ?? 'succeeded', reason: stop.reason, step: stop.path };
}

function nothingDelivered(state: RunState, plan: Plan): Outcome | undefined {
  const noop = notable(state, plan).find(({ path, result }) => result?.noop !== undefined && !isOneOfPanel(state, path))
    ?.result?.noop;
  const main = plan.roots.flatMap((path) => {
    const place = plan.get(path);
    return place?.list === 'steps' && !place.step.implicit ? [place] : [];
  });
  const undelivered = lastOf(main).find((place) => state.steps.get(place.path)?.skipped?.reason === 'dependency');
  if (undelivered !== undefined && noop !== undefined)
    return { status: 'degraded', reason: text.nothingToDo(oneLine(noop, 300)), step: undelivered.path };
  if (undelivered !== undefined)
    return { status: 'failed', reason: text.nothingDelivered(undelivered.step.name), step: undelivered.path };
  const doing = main.filter((place) => !onlyWatches(place));
  const ranNone =
    main.length > 0 &&
    (doing.length > 0 ? doing : main).every((place) => state.steps.get(place.path)?.status === 'skipped');
  const [first] = main;
  return ranNone && first !== undefined ? { status: 'failed', reason: text.nothingRan(), step: first.path } : undefined;
}

/** Steps that may say how the run ends, in file order. */
function notable(state: RunState, plan: Plan): StepState[] {
  const paths = tallyOf(state.steps).notable;
  return inFileOrder(plan, paths).flatMap((path) => state.steps.get(path) ?? []);
}

/** Steps that no other step waits for. Those that run also after a failure clean up and tell: they deliver nothing. */
function lastOf(places: readonly Place[]): Place[] {
  const doing = places.filter((place) => !onlyWatches(place));
  const needed = new Set(doing.flatMap((place) => place.step.dependencies));
  return doing.filter((place) => !needed.has(place.step.id));
}

function onlyWatches({ asksStatus: asks, step }: Place): boolean {
  return asks && (step.condition === undefined || asksStatus(step.condition, { success: false, failure: true }));
}

function degraded(state: RunState, plan: Plan): Outcome | undefined {
  const worthAWord = notable(state, plan);
  const unresolved = worthAWord.flatMap((step) => step.unresolved ?? []);
  const optional = worthAWord.flatMap(({ path }) => {
    const place = plan.get(path);
    return place !== undefined && didNotSucceed(state, place) ? [place] : [];
  });
  const short = worthAWord.flatMap(({ result }) => result?.shortfall ?? []);
  const reasons = [
    ...new Set(short),
    ...(optional.length === 0 ? [] : [text.optionalFailed(optional.map((place) => place.step.name))]),
    ...(unresolved.length === 0 ? [] : [text.unresolvedNames([...new Set(unresolved)].join(', '))]),
  ];
  // of what a workflow itself allows, the first says enough
  const [first, second] = reasons;
  if (first === undefined) return undefined;
  return { status: 'degraded', reason: short.length > 0 && second !== undefined ? `${first}. ${second}` : first };
}

/** Failed although the run went on, or an advisory judgement that is no pass. Losers of `any` do not count. */
function didNotSucceed(state: RunState, place: Place): boolean {
  const step = state.steps.get(place.path);
  if (step === undefined || place.list === 'on_failure' || isPanelist(place.step)) return false;
  const winner = step.parent === undefined ? undefined : state.steps.get(step.parent)?.result?.outputs['winner'];
  if (winner !== undefined && winner !== place.path) return false;
  if (step.status === 'failed' || step.status === 'timed_out') return true;
  // What stands in a step that a person skipped was skipped with it.
  const outer = step.parent === undefined ? undefined : state.steps.get(step.parent);
  if (step.skipped?.reason === 'person') return outer?.skipped === undefined;
  const verdict = step.result?.verdict;
  return place.step.advisory && (verdict === 'fail' || verdict === 'unknown');
}
