// How a conditional or parallel ends, from how its children ended (decision 3). Pure; starts nothing.
import { isRace } from '../definition/index.ts';
import { oneLine } from '../support/index.ts';
import type { JsonObject } from '../support/index.ts';
import { isHardFailed } from './failure.ts';
import { text } from './messages.ts';
import type { Place, Plan } from './plan.ts';
import type { RunState, StepState } from './state.ts';
import { isStepOver } from './statuses.ts';
import type { StepError, StepResult } from './types.ts';
import { childVerdict, joinVerdicts } from './verdicts.ts';

/** How a container ends. `superseded`: a child won, the others are to be cancelled. */
export type ContainerEnd =
  | { readonly kind: 'succeeded'; readonly result: StepResult; readonly winner?: Place }
  | { readonly kind: 'failed'; readonly error: StepError }
  | { readonly kind: 'cancelled' };

interface Child {
  readonly place: Place;
  readonly state: StepState;
}

/** How the container ends now; undefined while it has to wait. */
export function containerEnd(state: RunState, plan: Plan, container: Place): ContainerEnd | undefined {
  const children = childrenOf(state, plan, container);
  if (isRace(container.step)) return anyEnd(plan, state, children);
  if (!children.every((child) => isSettled(state, plan, child.place))) return undefined;
  const broken = children.filter((child) => isHardFailed(state, plan, child.place));
  if (broken.length > 0) return { kind: 'failed', error: joinErrors(broken) };
  if (children.some((child) => child.state.skipped?.reason === 'run_failed')) return { kind: 'cancelled' };
  return { kind: 'succeeded', result: joinResults(state, children) };
}

/** Whether a step has ended, and so have the handlers that its failure started. */
export function isSettled(state: RunState, plan: Plan, place: Place): boolean {
  const step = state.steps.get(place.path);
  if (step === undefined || !isStepOver(step.status)) return false;
  if (step.status !== 'failed' && step.status !== 'timed_out') return true;
  return place.handlers.every((path) => {
    const handler = plan.get(path);
    return handler === undefined || isSettled(state, plan, handler);
  });
}

function anyEnd(plan: Plan, state: RunState, children: readonly Child[]): ContainerEnd | undefined {
  const winner = children.find(isSuccess);
  if (winner !== undefined) {
    const { verdict, summary, filesChanged } = winner.state.result ?? {};
    const outputs: JsonObject = {
      winner: winner.place.path,
      [winner.place.path]: winner.state.result?.outputs ?? {},
    };
    return {
      kind: 'succeeded',
      winner: winner.place,
      result: {
        outputs,
        ...(verdict === undefined ? {} : { verdict }),
        ...(summary === undefined ? {} : { summary }),
        ...(filesChanged === undefined ? {} : { filesChanged }),
      },
    };
  }
  if (!children.every((child) => isSettled(state, plan, child.place))) return undefined;
  const tried = children.filter((child) => child.state.status !== 'skipped');
  if (tried.length === 0) {
    const stopped = children.some((child) => child.state.skipped?.reason === 'run_failed');
    return stopped ? { kind: 'cancelled' } : { kind: 'succeeded', result: joinResults(state, children) };
  }
  return { kind: 'failed', error: joinErrors(tried) };
}

/** Decision 3: succeeded, and the verdict is neither fail nor unknown. */
function isSuccess({ state }: Child): boolean {
  const verdict = state.result?.verdict;
  return state.status === 'succeeded' && verdict !== 'fail' && verdict !== 'unknown';
}

function joinErrors(children: readonly Child[]): StepError {
  const [first] = children;
  const messages = children.map(({ place, state }) => {
    if (state.error !== undefined) return text.childFailed(place.step.name, oneLine(state.error.message, 300));
    return text.noWinner(place.step.name, state.result?.verdict ?? state.status);
  });
  const own = first?.state.error;
  return {
    class: own?.class ?? 'failed',
    code: own?.code ?? 'engine/children-failed',
    message: text.children(messages),
    ...(own?.hint === undefined ? {} : { hint: own.hint }),
  };
}

function joinResults(state: RunState, children: readonly Child[]): StepResult {
  const done = children.filter((child) => child.state.result !== undefined);
  const results = done.flatMap((child) => child.state.result ?? []);
  const verdict = joinVerdicts(children.map((child) => childVerdict(state, child.place)));
  const summaries = done.flatMap(({ place, state: { result } }) =>
    result?.summary === undefined ? [] : [text.childFailed(place.step.name, result.summary)],
  );
  const filesChanged = [...new Set(results.flatMap((result) => result.filesChanged ?? []))];
  const noops = results.flatMap((result) => result.noop ?? []);
  return {
    outputs: Object.fromEntries(done.map(({ place, state: { result } }) => [place.path, result?.outputs ?? {}])),
    ...(summaries.length === 0 ? {} : { summary: summaries.join('\n') }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(filesChanged.length === 0 ? {} : { filesChanged }),
    ...(noops.length > 0 && noops.length === results.length ? { noop: noops.join('; ') } : {}),
  };
}

function childrenOf(state: RunState, plan: Plan, container: Place): Child[] {
  return container.children.flatMap((path) => {
    const place = plan.get(path);
    const step = state.steps.get(path);
    return place === undefined || step === undefined ? [] : [{ place, state: step }];
  });
}
