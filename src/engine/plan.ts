// Every step of a workflow with its place in it: list, container, handlers. Knows nothing of a run.
import { stepLists, stepsIn } from '../definition/index.ts';
import type { Step, Workflow } from '../definition/index.ts';
import type { StepPath } from '../support/index.ts';
import type { StepState } from './state.ts';

/** Where a step stands. */
export interface Place {
  readonly path: StepPath;
  readonly step: Step;
  readonly list: StepState['list'];
  /** The container it stands in. */
  readonly parent?: StepPath;
  /** The step whose `on_error` it stands in, at the top of that list. */
  readonly handlerOf?: StepPath;
  /** Which list of the container: `then`, `else`, `child`. */
  readonly branch?: string;
  readonly children: readonly StepPath[];
  readonly handlers: readonly StepPath[];
}

/** The places of a workflow in file order: a step, its children, its handlers, the next step. */
export type Plan = ReadonlyMap<StepPath, Place>;

type Where = Pick<Place, 'list'> & Partial<Pick<Place, 'parent' | 'handlerOf' | 'branch'>>;

// A workflow never changes, so its plan is worked out once. Not state: without it every answer would be the same.
const plans = new WeakMap<Workflow, Plan>();

/** The plan of a workflow: `steps`, then `on_failure`, then `finally`. */
export function planOf(workflow: Workflow): Plan {
  const known = plans.get(workflow);
  if (known !== undefined) return known;
  const plan = new Map<StepPath, Place>();
  addList(plan, workflow.steps, { list: 'steps' });
  addList(plan, workflow.onFailure, { list: 'on_failure' });
  addList(plan, workflow.finally, { list: 'finally' });
  plans.set(workflow, plan);
  return plan;
}

/** The path of a step that stands in no loop: its id. */
export function pathOf(step: Step | string): StepPath {
  // Outside loops a step's path is its id (decision 11).
  return (typeof step === 'string' ? step : step.id) as StepPath;
}

/** The containers around a place, nearest first. A handler stands where its step stands. */
export function containersOf(plan: Plan, place: Place): Place[] {
  const found: Place[] = [];
  let current: Place | undefined = place;
  while (current !== undefined) {
    const outer: StepPath | undefined = current.parent ?? current.handlerOf;
    const next: Place | undefined = outer === undefined ? undefined : plan.get(outer);
    if (current.parent !== undefined && next !== undefined) found.push(next);
    current = next;
  }
  return found;
}

/** All places inside a place: children, their children, all handlers. */
export function inside(plan: Plan, place: Place): Place[] {
  return [...place.children, ...place.handlers].flatMap((path) => {
    const child = plan.get(path);
    return child === undefined ? [] : [child, ...inside(plan, child)];
  });
}

/** Whether the run goes on when this step fails. */
export function isTolerated(step: Step): boolean {
  return step.onFailure === 'continue' || step.onError?.fallback === 'continue';
}

function addList(plan: Map<StepPath, Place>, steps: readonly Step[], where: Where): void {
  for (const step of steps) addStep(plan, step, where);
}

function addStep(plan: Map<StepPath, Place>, step: Step, where: Where): void {
  const path = pathOf(step);
  const children = stepsIn(step);
  const handlers = step.onError?.steps ?? [];
  plan.set(path, { path, step, ...where, children: children.map(pathOf), handlers: handlers.map(pathOf) });
  const { list } = where;
  for (const { branch, steps } of stepLists(step)) addList(plan, steps, { list, parent: path, branch });
  addList(plan, handlers, { list: list === 'steps' ? 'on_error' : list, handlerOf: path });
}
