// Which step starts after which, as a drawing of the run shows it: containers are stood for by the steps they end with. Pure.
import { isForeach, isPanel, stepsIn } from '../../engine/index.ts';
import type { RunState, Step } from '../../engine/index.ts';
import type { StepPath } from '../../support/index.ts';
import type { ShownStep } from './run-steps.ts';

/** From one step to the next. */
export type Arrow = readonly [from: StepPath, to: StepPath];

/** Whether a drawing shows the step: one for an item is in the box of its container. */
export function isDrawn({
  inTable,
  hasCheck,
  path,
}: Pick<ShownStep, 'inTable' | 'hasCheck'> & { path: string }): boolean {
  return inTable && hasCheck && !path.includes('.');
}

/** The arrows between steps that are drawn, in file order. */
export function arrowsOf(state: RunState, steps: readonly ShownStep[]): readonly Arrow[] {
  const drawn = steps.filter((step) => isDrawn({ ...step, path: step.state.path }));
  const known = new Set<string>(drawn.map(({ state: { path } }) => path));
  const layout = layoutOf(state);
  return drawn.flatMap(
    ({ definition, state: { path, parent } }) =>
      dependenciesOf(definition, parent, layout)
        .flatMap((from) => leavesOf(from, layout))
        .filter((leaf) => known.has(leaf))
        .map((leaf): Arrow => [leaf as StepPath, path]), // a path of a step that is drawn
  );
}

/** The steps of the definition and of the run, found by name. */
interface Layout {
  readonly definitions: ReadonlyMap<string, Step>;
  readonly parents: ReadonlyMap<string, string | undefined>;
  readonly children: ReadonlyMap<string, readonly string[]>;
}

function layoutOf({ spec, steps }: RunState): Layout {
  const definitions = new Map<string, Step>();
  const add = (step: Step): void => {
    if (!definitions.has(step.id)) definitions.set(step.id, step);
    for (const inner of stepsIn(step)) add(inner);
  };
  for (const step of spec.workflow.steps) add(step);
  const children = new Map<string, string[]>();
  for (const { path, parent } of steps.values()) {
    if (parent === undefined) continue;
    const known = children.get(parent);
    if (known === undefined) children.set(parent, [path]);
    else known.push(path);
  }
  return { definitions, children, parents: new Map([...steps.values()].map(({ path, parent }) => [path, parent])) };
}

/** A step inside a container starts after what the container depends on. */
function dependenciesOf(definition: Step | undefined, parent: string | undefined, layout: Layout): readonly string[] {
  const own = definition?.dependencies ?? [];
  if (own.length > 0 || parent === undefined) return own;
  return dependenciesOf(layout.definitions.get(parent), layout.parents.get(parent), layout);
}

/** The steps a container ends with stand for it. */
function leavesOf(id: string, layout: Layout): readonly string[] {
  const step = layout.definitions.get(id);
  const children = layout.children.get(id) ?? [];
  if (children.length === 0 || (step !== undefined && (isForeach(step) || isPanel(step)))) return [id];
  const needed = new Set(children.flatMap((child) => layout.definitions.get(child)?.dependencies ?? []));
  return children.filter((child) => !needed.has(child)).flatMap((child) => leavesOf(child, layout));
}
