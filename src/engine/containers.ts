// Containers as they stand in a run: what the list of containers is asked with. Pure; starts nothing.
import { isPanel } from '../definition/index.ts';
import type { Step } from '../definition/index.ts';
import type { StepPath } from '../support/index.ts';
import type { Child, ContainerEnd, Opened } from './containers/container.ts';
import { panelWinner } from './containers/panel.ts';
import { containerOf } from './containers/registry.ts';
import { isHardFailed } from './plan/failure.ts';
import { planOf } from './plan/plan.ts';
import type { Place, Plan } from './model/place.ts';
import type { RunState, StepState } from './model/state.ts';
import { isStepOver } from './model/statuses.ts';
import { childVerdict } from './plan/verdicts.ts';

/** How the container ends now; undefined while it has to wait. */
export function containerEnd(state: RunState, plan: Plan, place: Place): ContainerEnd | undefined {
  const own = state.steps.get(place.path);
  if (own === undefined) return undefined;
  return containerOf(place.step)?.end(openedAt(state, plan, { place, state: own }));
}

/** Why what is still at work in a container is wanted no more; undefined while it is. */
export function superseded(state: RunState, plan: Plan, place: Place): { readonly because: string } | undefined {
  const own = state.steps.get(place.path);
  if (own === undefined) return undefined;
  return containerOf(place.step)?.superseded?.(openedAt(state, plan, { place, state: own }));
}

/** The panelist whose work is kept, for the step that keeps it; undefined where nobody won. */
export function winnerBeside(state: RunState, path: StepPath): StepState | undefined {
  const plan = planOf(state);
  const parent = state.steps.get(path)?.parent;
  const place = parent === undefined ? undefined : plan.get(parent);
  const own = parent === undefined ? undefined : state.steps.get(parent);
  if (place === undefined || own === undefined || !isPanel(place.step)) return undefined;
  const { step } = place;
  return panelWinner({ ...openedAt(state, plan, { place, state: own }), step })?.state;
}

/** A container that is open, as its kind is asked about it. */
export function openedAt(
  state: RunState,
  plan: Plan,
  container: { readonly place: Place; readonly state: StepState },
): Opened<Step> {
  const { place } = container;
  return {
    ...container,
    step: place.step,
    children: () => childrenAt(state, plan, place.children),
    beside: (child) =>
      childrenAt(state, plan, child.item === place.item ? place.children : (child.item?.children ?? [])),
  };
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

function childrenAt(state: RunState, plan: Plan, paths: readonly StepPath[]): Child[] {
  return paths.flatMap((path) => {
    const place = plan.get(path);
    const step = state.steps.get(path);
    if (place === undefined || step === undefined) return [];
    return [
      {
        place,
        state: step,
        isSettled: isSettled(state, plan, place),
        isBroken: isHardFailed(state, plan, place),
        verdict: childVerdict(state, place),
      },
    ];
  });
}
