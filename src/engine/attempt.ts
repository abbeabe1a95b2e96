// One attempt of one leaf step: its context, its signal, its effects. Decides nothing about what comes after.
import { isContainer, isPanel, isPanelist } from '../definition/index.ts';
import { mayComeLate, nextLook, toJson, TroupeError, defined } from '../support/index.ts';
import type { Clock, Json, JsonObject, StepPath } from '../support/index.ts';
import { ClaimLost, PaidFailure, stepErrorOf } from './model/errors.ts';
import { planOf } from './plan/plan.ts';
import { text } from './model/messages.ts';
import type { Place, Plan } from './model/place.ts';
import type { Claim, Effect, StepContext, StepExecutor, StepOutcome } from './ports.ts';
import { createProgress } from './progress.ts';
import type { Recorder } from './recorder.ts';
import type { RunState, StepState } from './model/state.ts';
import type { NewEvent } from './events/types.ts';
import { overlapsOthers, upstreamOf } from './plan/upstream.ts';

/** An attempt that executes in this process. */
export interface Attempt {
  readonly path: StepPath;
  readonly number: number;
  /** Never rejects. */
  readonly ended: Promise<AttemptOutcome>;
  /** Aborts its signal. What it does after that is not recorded. */
  abort(reason: Error): void;
}

/** How the executor came back; `lost` when the claim was gone. */
export type AttemptOutcome = StepOutcome | { readonly kind: 'lost' };

/** What an attempt runs with. */
export interface AttemptDeps {
  readonly claim: Claim;
  readonly recorder: Recorder;
  readonly executor: StepExecutor;
  readonly clock: Clock;
  /** As of `DriveDeps`. */
  readonly mayHaveDoneMore?: (state: RunState) => boolean;
}

/** Executes the step whose start is the newest event of its state. */
export function startAttempt(deps: AttemptDeps, path: StepPath): Attempt | undefined {
  const state = deps.recorder.state();
  const plan = planOf(state);
  const place = plan.get(path);
  const step = state.steps.get(path);
  if (place === undefined || step === undefined) return undefined;
  const controller = new AbortController();
  const { signal } = controller;
  const progress = createProgress(deps.clock, (line) => {
    if (signal.aborted) return;
    const event: NewEvent = { type: 'step.progress', step: path, attempt: step.attempts, data: { text: line } };
    // Progress is not worth a failed step: a lost claim shows at the next append that matters.
    deps.recorder.append([event]).catch(() => undefined);
  });
  const context = contextOf(deps, { state, plan, place, step, signal, progress: progress.say });
  const clean = (outcome: StepOutcome): StepOutcome => deps.executor.clean?.(outcome) ?? outcome;
  async function execute(): Promise<AttemptOutcome> {
    try {
      return clean(await carryOut(deps.executor, context));
    } catch (thrown) {
      if (thrown instanceof ClaimLost) return { kind: 'lost' };
      const paid = thrown instanceof PaidFailure ? { usage: thrown.usage } : {};
      return clean({ kind: 'failed', error: stepErrorOf(thrown), ...paid });
    } finally {
      progress.stop();
    }
  }
  return { path, number: step.attempts, ended: execute(), abort: (reason) => controller.abort(reason) };
}

/** A step executes; the steps in a container did, and are joined. */
async function carryOut(executor: StepExecutor, context: StepContext): Promise<StepOutcome> {
  if (!isContainer(context.step)) return executor.execute(context);
  await executor.join?.(context);
  return { kind: 'succeeded', result: { outputs: {} } };
}

interface Start {
  readonly state: RunState;
  readonly plan: Plan;
  readonly place: Place;
  readonly step: StepState;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

function contextOf(deps: AttemptDeps, start: Start): StepContext {
  const { state, plan, place, step, signal } = start;
  const { path } = place;
  const head = { step: path, attempt: step.attempts };
  async function record(...events: NewEvent[]): Promise<void> {
    signal.throwIfAborted();
    await deps.recorder.append(events);
    signal.throwIfAborted();
  }
  return {
    run: state.id,
    spec: state.spec,
    state,
    step: place.step,
    path,
    attempt: step.attempts,
    // Recorded by step.started as an object.
    input: (step.input ?? {}) as JsonObject,
    // Worked out for those who ask: many steps do not.
    get upstream() {
      return resultsUpstream(state, plan, path);
    },
    ...defined({ lastError: step.error }),
    signal,
    idempotencyKey: `${state.id}/${path}`,
    requestId: `${state.id}:${path}:${step.attempts}`,
    ...defined({ resumed: step.checkpoint }),
    get overlaps() {
      return overlapsOthers(state, plan, place);
    },
    // A copy: what the step does with its own afterwards is not in the journal.
    checkpoint: (data, ...facts) =>
      record(
        { type: 'step.checkpoint', ...head, data: { data: toJson(data) } },
        ...facts.map((fact) => ({ ...fact, ...head })),
      ),
    progress: start.progress,
    record: (event) => record({ ...event, ...head }),
    async fence() {
      signal.throwIfAborted();
      deps.claim.lost.throwIfAborted();
      await deps.claim.append([]);
      signal.throwIfAborted();
    },
    effect: (effect) => perform(deps, { effect, head, record }),
  };
}

/** Results of the leaves that come before a step, oldest first; of a panel what it came to as a whole. */
function resultsUpstream(state: RunState, plan: Plan, path: StepPath): StepContext['upstream'] {
  const found = [...upstreamOf(plan, path)].flatMap((each) => {
    const place = plan.get(each);
    const step = state.steps.get(each);
    if (place === undefined || step?.result === undefined || isPanelist(place.definition)) return [];
    if (isContainer(place.definition) && !isPanel(place.definition)) return [];
    return [{ path: each, step: place.step, result: step.result, at: step.finishedAt ?? 0 }];
  });
  return found.toSorted((a, b) => a.at - b.at).map(({ path: each, step, result }) => ({ path: each, step, result }));
}

interface Performance<Result extends Json> {
  readonly effect: Effect<Result>;
  readonly head: { readonly step: StepPath; readonly attempt: number };
  readonly record: (...events: NewEvent[]) => Promise<void>;
}

async function perform<Result extends Json>(deps: AttemptDeps, performance: Performance<Result>): Promise<Result> {
  const { recorder, clock } = deps;
  const { effect, head, record } = performance;
  const { key, what } = effect;
  const known = recorder.state().steps.get(head.step)?.effects[key];
  // effect.done of this key was recorded by this function: its result is a Result.
  if (known?.done === true) return known.result as Result;
  // Also for one planned before: the append is the fence right before the outside world changes.
  const isLookedFor = known !== undefined || deps.mayHaveDoneMore?.(recorder.state()) === true;
  const found = isLookedFor ? await effect.lookUp() : undefined;
  if (found === undefined) {
    requireLookedFor(what, known, clock.now());
    await record({ type: 'effect.planned', ...head, data: { key, what } });
  }
  const result = found ?? (await applied(recorder, performance));
  // It happened, so it is recorded even when the attempt was cancelled meanwhile.
  await recorder.append([{ type: 'effect.done', ...head, data: { key, result: toJson(result) } }]);
  return result;
}

/** Does it. That nobody answered is recorded even when the attempt was cancelled meanwhile: it may happen yet. */
async function applied<Result extends Json>(recorder: Recorder, performance: Performance<Result>): Promise<Result> {
  const { effect, head } = performance;
  try {
    return await effect.apply();
  } catch (error) {
    if (mayComeLate(error) && effect.repeatable !== true)
      await recorder.append([{ type: 'effect.unanswered', ...head, data: { key: effect.key } }]);
    throw error;
  }
}

/** Refuses to do once more what may still happen by itself. */
function requireLookedFor(what: string, known: StepState['effects'][string] | undefined, now: number): void {
  if (known?.unansweredAt === undefined) return;
  const next = nextLook(known.unansweredAt, now);
  if (next === undefined) return;
  const rest = { class: 'transient', retryAfterMs: next - now } as const;
  throw new TroupeError('engine/unanswered', text.unanswered(what), rest);
}

/** Why an attempt was aborted, as its code sees it. */
export function abortReason(step: StepState | undefined, message: string): TroupeError {
  const isTimeout = step?.status === 'timed_out' || step?.error?.class === 'timeout';
  return isTimeout
    ? new TroupeError('engine/timed-out', message, { class: 'timeout' })
    : new TroupeError('engine/cancelled', message, { class: 'cancelled' });
}
