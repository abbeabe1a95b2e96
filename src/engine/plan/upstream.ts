// What lies before a step: by dependency, through containers, and by list. Pure.
import type { StepPath } from '../../support/index.ts';
import { containerOf } from '../containers/registry.ts';
import { containersOf, inFileOrder, inside } from './plan.ts';
import type { Place, Plan } from '../model/place.ts';
import type { RunState } from '../model/state.ts';

// Like plans: worked out once for what never changes.
const upstream = new WeakMap<Plan, Map<StepPath, ReadonlySet<StepPath>>>();

/** The paths of all steps that come before this one on every way, in file order. Those of `finally` come after all others. */
export function upstreamOf(plan: Plan, path: StepPath): ReadonlySet<StepPath> {
  // for a thousand items that would be a thousand sets
  if (plan.get(path)?.item !== undefined) return findUpstream(plan, path);
  const known = upstream.get(plan) ?? new Map<StepPath, ReadonlySet<StepPath>>();
  upstream.set(plan, known);
  const before = known.get(path) ?? findUpstream(plan, path);
  known.set(path, before);
  return before;
}

/** Whether a step comes after one of these on every way: the same as asking what is upstream of it, for all steps at once. */
export function afterAny(plan: Plan, from: readonly Place[]): (place: Place) => boolean {
  const ofFrom = new Set(from.map(({ path }) => path));
  // a step that waits for one of them, or for what they stand in, comes after them
  const around = new Set(from.flatMap((place) => [place.path, ...outerPaths(plan, place)]));
  const firstPhase = Math.min(...from.map(phaseOf));
  const known = new Map<StepPath, boolean>();
  function comesAfter(place: Place): boolean {
    const answer = known.get(place.path);
    if (answer !== undefined) return answer;
    known.set(place.path, false); // nothing waits for itself
    const found = phaseOf(place) > firstPhase || waitsForThem(place) || isInsideAfter(place);
    known.set(place.path, found);
    return found;
  }
  function waitsForThem(place: Place): boolean {
    return place.dependencies.some((before) => around.has(before.path) || comesAfter(before));
  }
  function isInsideAfter(place: Place): boolean {
    const outer = place.parent ?? place.handlerOf;
    const owner = outer === undefined ? undefined : plan.get(outer);
    if (owner === undefined) return false;
    if (place.handlerOf !== undefined && isHandledBy(owner)) return true;
    return comesAfter(owner);
  }
  /** A handler comes after its step and after what is in it. */
  function isHandledBy(owner: Place): boolean {
    return ofFrom.has(owner.path) || owner.children.some((child) => around.has(child));
  }
  return (place) => !ofFrom.has(place.path) && comesAfter(place);
}

function outerPaths(plan: Plan, place: Place): StepPath[] {
  const outer = place.parent ?? place.handlerOf;
  const owner = outer === undefined ? undefined : plan.get(outer);
  return owner === undefined ? [] : [owner.path, ...outerPaths(plan, owner)];
}

/**
 * Whether another step of this run may work at the same time as this one: neither comes before the other, they are not
 * in exclusive branches, and the other had not ended when this one began. The answer stays the same while the step works:
 * who ended meanwhile has moved the branch under it.
 */
export function overlapsOthers(state: RunState, plan: Plan, place: Place): boolean {
  if (itemsBeside(state, plan, place)) return true;
  const before = upstreamOf(plan, place.path);
  const startedAt = state.steps.get(place.path)?.startedAt ?? Number.POSITIVE_INFINITY;
  for (const other of plan.values()) {
    // steps for other items are asked about above, as a whole
    if (other.item !== undefined && other.item !== place.item) continue;
    if (other.path === place.path || other.children.length > 0 || other.step.implicit) continue;
    if (before.has(other.path) || (state.steps.get(other.path)?.finishedAt ?? Infinity) < startedAt) continue;
    if (phaseOf(other) !== phaseOf(place) || isHandlerBetween(plan, place, other)) continue;
    if (upstreamOf(plan, other.path).has(place.path)) continue;
    if (!isExclusive(plan, place, other)) return true;
  }
  return false;
}

/** Whether steps for other items of the same list may work at the same time. */
function itemsBeside(state: RunState, plan: Plan, place: Place): boolean {
  for (let item = place.item; item !== undefined; item = item.outer) {
    const owner = plan.get(item.owner);
    const items = state.steps.get(item.owner)?.items;
    if (owner === undefined || items === undefined) continue;
    const most = containerOf(owner.step)?.expansion?.concurrency(owner.step) ?? 1;
    if (most > 1 && items.total > 1) return true;
  }
  return false;
}

function findUpstream(plan: Plan, path: StepPath): ReadonlySet<StepPath> {
  const place = plan.get(path);
  if (place === undefined) return new Set();
  const found = new Set<StepPath>();
  collect(plan, place, found);
  if (phaseOf(place) > 0) for (const other of plan.values()) if (phaseOf(other) < phaseOf(place)) found.add(other.path);
  found.delete(path);
  return new Set(inFileOrder(plan, found));
}

function collect(plan: Plan, place: Place, found: Set<StepPath>): void {
  for (const dependency of place.dependencies) {
    if (found.has(dependency.path)) continue;
    found.add(dependency.path);
    for (const inner of inside(plan, dependency)) found.add(inner.path);
    collect(plan, dependency, found);
  }
  const outer = place.parent ?? place.handlerOf;
  const around = outer === undefined ? undefined : plan.get(outer);
  if (around === undefined) return;
  if (place.handlerOf !== undefined) {
    found.add(around.path);
    for (const child of around.children) addWithInside(plan, child, found);
  }
  collect(plan, around, found);
}

function addWithInside(plan: Plan, path: StepPath, found: Set<StepPath>): void {
  const place = plan.get(path);
  if (place === undefined) return;
  found.add(path);
  for (const inner of inside(plan, place)) found.add(inner.path);
}

function phaseOf(place: Place): number {
  if (place.list === 'finally') return 2;
  return place.list === 'on_failure' ? 1 : 0;
}

/** A step and its own handlers never work at the same time. */
function isHandlerBetween(plan: Plan, a: Place, b: Place): boolean {
  return inside(plan, a).includes(b) || inside(plan, b).includes(a);
}

function isExclusive(plan: Plan, a: Place, b: Place): boolean {
  const sides = (place: Place): Map<StepPath, string> =>
    new Map(
      [place, ...containersOf(plan, place)].flatMap(({ parent, branch }) =>
        parent === undefined || branch === undefined ? [] : [[parent, branch] as const],
      ),
    );
  const sidesOfB = sides(b);
  return [...sides(a)].some(([conditional, branch]) => (sidesOfB.get(conditional) ?? branch) !== branch);
}
