// The join of steps that worked beside each other: whether there is one, and in which order what they left behind belongs. Pure.
import type { StepPath } from '../../support/index.ts';
import type { ContainerEnd } from '../containers/container.ts';
import { containerOf } from '../containers/registry.ts';
import { inside, planOf } from './plan.ts';
import type { Place, Plan } from '../model/place.ts';
import type { Planned } from './plan.ts';
import type { RunState, StepState } from '../model/state.ts';

/** The place of each step in one order: its item's number, or its number in the file. */
export type Ranking = ReadonlyMap<StepPath, number>;

/**
 * Whether a container that is about to end is joined first: at least two of its items or children did something outside. Not
 * where one won and others are still at work, and once for each time that it opened.
 */
export function wantsJoin(
  state: RunState,
  plan: Plan,
  { place, step, end }: { readonly place: Place; readonly step: StepState; readonly end: ContainerEnd },
): boolean {
  if (end.kind === 'cancelled' || (end.kind === 'succeeded' && end.winner !== undefined)) return false;
  if (!isSideBySide(place) || step.checkpointAttempt === step.attempts) return false;
  const ranks = new Set<number>();
  for (const [path, rank] of rankingOf(plan, place)) {
    const effects = state.steps.get(path)?.effects ?? {};
    if (Object.keys(effects).length > 0) ranks.add(rank);
    if (ranks.size > 1) return true;
  }
  return false;
}

/** In which orders the steps in a container belong: its own first, then those of the containers in it. */
export function rankingsIn(planned: Planned, container: StepPath): readonly Ranking[] {
  const plan = planOf(planned);
  const place = plan.get(container);
  if (place === undefined) return [];
  return [place, ...inside(plan, place)].filter(isSideBySide).map((one) => rankingOf(plan, one));
}

function isSideBySide({ step }: Place): boolean {
  const container = containerOf(step);
  return container?.siblingsGoOn === true && (container.expansion?.concurrency(step) ?? 2) > 1;
}

function rankingOf(plan: Plan, container: Place): Ranking {
  const ranks = new Map<StepPath, number>();
  for (const [index, path] of container.children.entries()) {
    const child = plan.get(path);
    if (child === undefined) continue;
    const rank = child.item?.owner === container.path ? child.item.index : index;
    for (const { path: one } of [child, ...inside(plan, child)]) ranks.set(one, rank);
  }
  return ranks;
}
