// Every step of a run with its place in it: list, container, handlers. Those of the definition, and those that events added.
import { defined } from '../../support/index.ts';
import { asksStatus, isChoice, stepLists } from '../../definition/index.ts';
import type { Step, Workflow } from '../../definition/index.ts';
import type { Json, StepPath } from '../../support/index.ts';
import { containerOf } from '../containers/registry.ts';
import type { ItemPlace, Place, Plan } from '../model/place.ts';
import type { RunState } from '../model/state.ts';

/** What decides on the places of a run. */
export type Planned = Pick<RunState, 'spec' | 'expanded'>;

/** A run has at most this many steps, items included. */
export const maxPlaces = 5_000;

// A workflow never changes, nor what was expanded: a plan is worked out once. Not state: without it every answer would be the same.
const plans = new WeakMap<object, Plan>();

/** The plan of a run: `steps`, then `on_failure`, then `finally`; in an expanded container what an event added for its items. */
export function planOf({ spec: { workflow }, expanded }: Planned): Plan {
  const known = plans.get(expanded ?? workflow);
  if (known !== undefined) return known;
  const plan = drawPlan(workflow, expanded ?? {});
  plans.set(expanded ?? workflow, plan);
  return plan;
}

/** Where a step of this id stands beside a place: in the same item, in one around it, or in none. */
export function placeNamed(plan: Plan, beside: Place, id: string): Place | undefined {
  for (let item = beside.item; item !== undefined; item = item.outer) {
    const found = plan.get(pathIn(item, id));
    if (found !== undefined) return found;
  }
  return plan.get(pathIn(undefined, id));
}

/** The path of a step: its id, in an item behind the item's path (decision 11). */
export function pathIn(item: Pick<ItemPlace, 'path'> | undefined, id: string): StepPath {
  // Ids hold no dots, so no two places have one path.
  return (item === undefined ? id : `${item.path}.${id}`) as StepPath;
}

/** The places that a path means: a step, or all steps at the top of an item. */
export function placesAt(plan: Plan, path: StepPath): Place[] {
  const place = plan.get(path);
  if (place !== undefined) return [place];
  return (plan.items.get(path)?.children ?? []).flatMap((child) => plan.get(child) ?? []);
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
  const found: Place[] = [];
  collectInside(plan, place, found);
  return found;
}

/** Paths as they stand in the plan. */
export function inFileOrder(plan: Plan, paths: Iterable<StepPath>): StepPath[] {
  const order = (path: StepPath): number => plan.get(path)?.order ?? 0;
  return [...paths].toSorted((a, b) => order(a) - order(b));
}

/** Whether the run goes on when this step fails. */
export function isTolerated(step: Step): boolean {
  return step.onFailure === 'continue' || step.onError?.fallback === 'continue';
}

function collectInside(plan: Plan, place: Place, found: Place[]): void {
  for (const paths of [place.children, place.handlers])
    for (const path of paths) {
      const child = plan.get(path);
      if (child === undefined) continue;
      found.push(child);
      collectInside(plan, child, found);
    }
}

interface Drawing extends Plan {
  readonly roots: StepPath[];
  readonly ofDefinition: Place[];
  readonly items: Map<StepPath, ItemPlace>;
  readonly pages: number[];
  set(path: StepPath, place: Place): unknown;
}

type OpenPlace = Place & { readonly dependencies: Place[] };
type OpenItem = ItemPlace & { readonly children: StepPath[]; readonly places: Place[] };
type Where = Pick<Place, 'list'> &
  Partial<Pick<Place, 'parent' | 'handlerOf' | 'branch'>> & {
    readonly item?: OpenItem;
    readonly isAbsorbed: boolean;
    readonly goesOn: boolean;
  };

function drawPlan(workflow: Workflow, expanded: NonNullable<RunState['expanded']>): Plan {
  const empty = { roots: [], ofDefinition: [], items: new Map<StepPath, ItemPlace>(), pages: [0] };
  const plan: Drawing = Object.assign(new Map<StepPath, Place>(), empty);
  const lists = [
    ['steps', workflow.steps],
    ['on_failure', workflow.onFailure],
    ['finally', workflow.finally],
  ] as const;
  for (const [list, steps] of lists)
    plan.roots.push(...drawList(plan, expanded, { steps, where: { list, isAbsorbed: false, goesOn: false } }));
  for (const { step, item, dependencies } of plan.values() as Iterable<OpenPlace>)
    // drawn here as such
    for (const id of step.dependencies) {
      const before = plan.get(pathIn(item, id));
      if (before !== undefined) dependencies.push(before);
    }
  return plan;
}

function drawList(
  plan: Drawing,
  expanded: NonNullable<RunState['expanded']>,
  { steps, where }: { readonly steps: readonly Step[]; readonly where: Where },
): StepPath[] {
  return steps.map((step) => drawStep(plan, expanded, { step, where }));
}

function drawStep(
  plan: Drawing,
  expanded: NonNullable<RunState['expanded']>,
  { step, where }: { readonly step: Step; readonly where: Where },
): StepPath {
  const { list, item } = where;
  const asks = asksAfterFailure(step);
  const path = pathIn(item, step.id);
  const page = item?.page ?? 0;
  const children: StepPath[] = [];
  const handlers: StepPath[] = [];
  const items: ItemPlace[] = [];
  const line = plan.pages[page] ?? 0;
  plan.pages[page] = line + 1;
  const shown = item === undefined ? step : { ...step, name: `${step.name} [${indexesOf(item)}]` };
  const place: OpenPlace = {
    path,
    step: shown,
    definition: step,
    ...where,
    asksStatus: asks,
    goesOn: where.goesOn || asks,
    dependencies: [],
    children,
    handlers,
    items,
    order: plan.size,
    page,
    line,
  };
  plan.set(path, place);
  (item?.places ?? plan.ofDefinition).push(place);
  const container = containerOf(step);
  const expansion = container?.expansion;
  const isAbsorbed = where.isAbsorbed || container?.absorbsFailures(step) === true;
  const within: Where = { list, isAbsorbed, goesOn: place.goesOn, parent: path, ...defined({ item }) };
  for (const { steps, branch } of stepLists(step)) {
    const there = { ...within, branch };
    if (expansion === undefined) children.push(...drawList(plan, expanded, { steps, where: there }));
    else
      for (const [index, value] of (expanded[path] ?? []).entries()) {
        const own = drawItem(plan, { path, as: expansion.as(step), index, value, outer: item });
        own.children.push(...drawList(plan, expanded, { steps, where: { ...there, item: own } }));
        items.push(own);
        children.push(...own.children);
      }
  }
  handlers.push(...drawList(plan, expanded, { steps: step.onError?.steps ?? [], where: inHandlers(where, path) }));
  return path;
}

function inHandlers({ list, item, isAbsorbed }: Where, handlerOf: StepPath): Where {
  return { list: list === 'steps' ? 'on_error' : list, isAbsorbed, goesOn: false, handlerOf, ...defined({ item }) };
}

/** One of two lists runs whatever the answer is. */
function asksAfterFailure(step: Step): boolean {
  if (isChoice(step)) return asksStatus(step.test);
  const { condition } = step;
  return condition !== undefined && asksStatus(condition, { success: false });
}

function drawItem(
  plan: Drawing,
  about: { path: StepPath; as: string; index: number; value: Json; outer: OpenItem | undefined },
): OpenItem {
  const { path, as, index, value, outer } = about;
  const item: OpenItem = {
    path: pathIn({ path }, String(index)),
    owner: path,
    index,
    value,
    as,
    ...defined({ outer }),
    page: plan.pages.push(0) - 1,
    children: [],
    places: [],
  };
  plan.items.set(item.path, item);
  return item;
}

/** Of an item in an item: `0, 3`. */
function indexesOf({ index, outer }: ItemPlace): string {
  return outer === undefined ? String(index) : `${indexesOf(outer)}, ${index}`;
}
