// Goes through the steps of a checked workflow, nested ones included. Reads only.
import { stepLists } from './step-lists.ts';
import type { Step, Workflow } from './types.ts';

/** A step and where it stands. */
export interface PlacedStep {
  readonly step: Step;
  /** The list of the workflow it belongs to; what stands under `on_error` of any step is `on_error`. */
  readonly list: 'steps' | 'on_failure' | 'finally' | 'on_error';
  /** The step whose list it is in. */
  readonly parent?: Step;
  /** Which of the parent's lists: `on_error`, or a branch of its own. */
  readonly branch?: string;
}

/** Every step in file order, outer ones before what is in them. */
export function allSteps(workflow: Pick<Workflow, 'steps' | 'onFailure' | 'finally'>): readonly PlacedStep[] {
  return [
    ...placed(workflow.steps, { list: 'steps' }),
    ...placed(workflow.onFailure, { list: 'on_failure' }),
    ...placed(workflow.finally, { list: 'finally' }),
  ];
}

/** The steps of a list and everything in them. */
export function stepsUnder(steps: readonly Step[]): readonly Step[] {
  return placed(steps, { list: 'steps' }).map(({ step }) => step);
}

function placed(steps: readonly Step[], place: Omit<PlacedStep, 'step'>): readonly PlacedStep[] {
  return steps.flatMap((step) => [{ ...place, step }, ...nested(step, place.list)]);
}

function nested(step: Step, list: PlacedStep['list']): readonly PlacedStep[] {
  const parent = step;
  const inner = stepLists(step).flatMap(({ branch, steps }) => placed(steps, { list, parent, branch }));
  return [...inner, ...placed(step.onError?.steps ?? [], { list: 'on_error', parent, branch: 'on_error' })];
}
