// The steps about which something may have to be decided, in file order: not those of items that nobody works on. Pure.
import type { StepPath } from '../support/index.ts';
import type { Place, Plan } from './plan.ts';
import type { RunState, StepState } from './state.ts';
import { isStepOver } from './statuses.ts';

/**
 * Calls `visit` for every step that has not ended, outer ones before what is in them. Steps for an item count when it is worked on, or
 * when its container has ended; with `all` they always do.
 */
export function eachCandidate(
  { state, plan, all }: { readonly state: RunState; readonly plan: Plan; readonly all: boolean },
  visit: (place: Place, step: StepState) => void,
): void {
  function go(paths: readonly StepPath[]): void {
    for (const path of paths) {
      const place = plan.get(path);
      const step = place === undefined ? undefined : state.steps.get(path);
      if (place === undefined || step === undefined) continue;
      if (!isStepOver(step.status)) visit(place, step);
      if (place.items.length === 0) go(place.children);
      else goItems(place, step);
      go(place.handlers);
    }
  }

  function goItems(place: Place, { items, status }: StepState): void {
    if (items === undefined || items.done === items.total) return;
    if (all || isStepOver(status)) return go(place.children);
    if (status !== 'running') return;
    for (const index of items.open.toSorted((a, b) => a - b)) go(place.items[index]?.children ?? []);
  }

  go(plan.roots);
}
