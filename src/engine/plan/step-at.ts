// Which step of the definition stands at a path of a run, for whoever shows it. Pure.
import type { Step } from '../../definition/index.ts';
import type { StepPath } from '../../support/index.ts';
import { planOf } from './plan.ts';
import type { ItemPlace } from '../model/place.ts';
import type { Planned } from './plan.ts';

/** The step at a path, named with the item it is for; undefined when the run has none there. */
export function stepAt(run: Planned, path: StepPath): Step | undefined {
  return planOf(run).get(path)?.step;
}

/** The items that the step at a path is done for, innermost first; how many others each has beside it. */
export function itemsAround(
  run: Planned,
  path: StepPath,
): readonly { readonly owner: StepPath; readonly beside: number }[] {
  const plan = planOf(run);
  const found: { owner: StepPath; beside: number }[] = [];
  for (let item: ItemPlace | undefined = plan.get(path)?.item; item !== undefined; item = item.outer)
    found.push({ owner: item.owner, beside: (plan.get(item.owner)?.items.length ?? 1) - 1 });
  return found;
}
