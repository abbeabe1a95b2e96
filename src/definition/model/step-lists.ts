// The lists of steps that a step of the IR holds, whatever its type: a stored run is read without the kind that wrote it. Pure.
import type { Step } from './types.ts';

/** A list of steps inside a step. In the IR it stands under `steps` (its branch is `child`) or `<branch>Steps`. */
export interface StepList {
  readonly branch: string;
  readonly steps: readonly Step[];
}

// A step never changes, so its lists are worked out once. Not state: without it every answer would be the same.
const known = new WeakMap<Step, readonly StepList[]>();

/** The lists of a step in the order in which its kind writes them, empty ones included; none of a step that holds no others. */
export function stepLists(step: Step): readonly StepList[] {
  const found = known.get(step);
  if (found !== undefined) return found;
  const lists = Object.entries(step).flatMap(([key, value]: [string, unknown]) => {
    const branch = branchOf(key);
    // what a kind writes under such a key are steps: the contract of step kinds
    return branch !== undefined && Array.isArray(value) ? [{ branch, steps: value as readonly Step[] }] : [];
  });
  known.set(step, lists);
  return lists;
}

/** Whether a step runs by running the steps in it. */
export function isContainer(step: Step): boolean {
  return stepLists(step).length > 0;
}

/** Every step directly in a step. */
export function stepsIn(step: Step): readonly Step[] {
  return stepLists(step).flatMap(({ steps }) => steps);
}

/** The step with each of its lists changed. */
export function withStepLists<Container extends Step>(
  step: Container,
  change: (steps: readonly Step[]) => readonly Step[],
): Container {
  const lists = stepLists(step).map(({ branch, steps }) => [listKey(branch), change(steps)]);
  return lists.length === 0 ? step : { ...step, ...Object.fromEntries(lists) };
}

/** Where the list of a branch stands in the IR. */
function listKey(branch: string): string {
  return branch === 'child' ? 'steps' : `${branch}Steps`;
}

function branchOf(key: string): string | undefined {
  return key === 'steps' ? 'child' : /^([a-z]+)Steps$/.exec(key)?.[1];
}
