// What lies before a step: by dependency, through containers, and by list. Pure.
import type { StepPath } from '../support/index.ts';
import { containersOf, inside, pathOf } from './plan.ts';
import type { Place, Plan } from './plan.ts';
import type { RunState } from './state.ts';

// Like plans: worked out once for what never changes.
const upstream = new WeakMap<Plan, Map<StepPath, ReadonlySet<StepPath>>>();

/** The paths of all steps that come before this one on every way, in file order. Those of `finally` come after all others. */
export function upstreamOf(plan: Plan, path: StepPath): ReadonlySet<StepPath> {
  const known = upstream.get(plan) ?? new Map<StepPath, ReadonlySet<StepPath>>();
  upstream.set(plan, known);
  const before = known.get(path) ?? findUpstream(plan, path);
  known.set(path, before);
  return before;
}

/** What a step waits for. */
export function dependenciesOf(plan: Plan, place: Place): Place[] {
  return place.step.dependencies.flatMap((id) => plan.get(pathOf(id)) ?? []);
}

/**
 * Whether another step of this run may work at the same time as this one: neither comes before the other, they are not
 * in exclusive branches, and the other has not ended.
 */
export function overlapsOthers(state: RunState, plan: Plan, place: Place): boolean {
  const before = upstreamOf(plan, place.path);
  for (const other of plan.values()) {
    if (other.path === place.path || other.children.length > 0 || other.step.implicit) continue;
    if (before.has(other.path) || state.steps.get(other.path)?.finishedAt !== undefined) continue;
    if (phaseOf(other) !== phaseOf(place) || isHandlerBetween(plan, place, other)) continue;
    if (upstreamOf(plan, other.path).has(place.path)) continue;
    if (!isExclusive(plan, place, other)) return true;
  }
  return false;
}

function findUpstream(plan: Plan, path: StepPath): ReadonlySet<StepPath> {
  const place = plan.get(path);
  if (place === undefined) return new Set();
  const found = new Set<StepPath>();
  collect(plan, place, found);
  for (const other of plan.values()) if (phaseOf(other) < phaseOf(place)) found.add(other.path);
  found.delete(path);
  return new Set([...plan.keys()].filter((each) => found.has(each)));
}

function collect(plan: Plan, place: Place, found: Set<StepPath>): void {
  for (const dependency of dependenciesOf(plan, place)) {
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
