// The steps about which something may have to be decided, in file order: not those of items that nobody works on. Pure.
import type { Place, Plan } from './model/place.ts';
import type { RunState, StepState } from './model/state.ts';
import { isStepOver } from './model/statuses.ts';
import { stateAt } from './model/step-table.ts';

/**
 * Calls `visit` for every step that has not ended, outer ones before what is in them. Steps for an item count when it is worked on, or
 * when its container has ended; with `all` they always do.
 */
export function eachCandidate(
  { state, plan, all }: { readonly state: RunState; readonly plan: Plan; readonly all: boolean },
  visit: (place: Place, step: StepState) => void,
): void {
  /** Places in file order, with what is in them: all but those for items. */
  function go(places: readonly Place[]): void {
    for (const place of places) {
      const step = stateAt(state.steps, place);
      if (step === undefined) continue;
      if (!isStepOver(step.status)) visit(place, step);
      if (place.items.length > 0) goItems(place, step);
    }
  }

  function goItems(place: Place, { items, status }: StepState): void {
    if (items === undefined || items.done === items.total) return;
    if (all || isStepOver(status)) return place.items.forEach((item) => go(item.places));
    if (status !== 'running') return;
    for (const index of items.open.toSorted((a, b) => a - b)) go(place.items[index]?.places ?? []);
  }

  go(plan.ofDefinition);
}
