// The workflow as a Mermaid graph, coloured by how each step stands. Pure.
import { isForeach, stepsIn } from '../engine/index.ts';
import type { RunState, Step } from '../engine/index.ts';
import { arrow, box, flowchart } from '../support/index.ts';
import { icons } from './run-steps.ts';
import type { ShownStep } from './run-steps.ts';

/** A `mermaid` code block; empty for a workflow without steps. */
export function renderGraph(state: RunState, steps: readonly ShownStep[]): string {
  const shown = new Map(steps.map((step) => [String(step.state.path), step]));
  // a step for an item is in the box of its container
  const nodes = [...shown.values()].filter(
    ({ definition, state: { path } }) => definition !== undefined && !definition.implicit && !path.includes('.'),
  );
  if (nodes.length === 0) return '';
  const names = new Map(nodes.map(({ state: { path } }, index) => [String(path), `s${index}`]));
  const idOfNode = ({ state: { path } }: ShownStep): string => names.get(path) ?? '';
  const lines = nodes.map((node) => box(idOfNode(node), [`${icons[node.look]} ${label(node.checkName)}`]));
  for (const node of nodes) {
    for (const from of dependenciesOf(node.definition, node.state.parent, state)) {
      for (const leaf of leavesOf(from, state)) {
        const id = names.get(leaf);
        if (id !== undefined) lines.push(arrow(id, idOfNode(node)));
      }
    }
  }
  const chart = flowchart(
    'LR',
    lines,
    nodes.map((node) => [idOfNode(node), node.look] as const),
  );
  return `\`\`\`mermaid\n${chart}\n\`\`\``;
}

/** A step inside a container starts after what the container depends on. */
function dependenciesOf(definition: Step | undefined, parent: string | undefined, state: RunState): readonly string[] {
  const own = definition?.dependencies ?? [];
  if (own.length > 0 || parent === undefined) return own;
  const outer = findStep(state.spec.workflow.steps, parent);
  return dependenciesOf(outer, [...state.steps.values()].find((step) => step.path === parent)?.parent, state);
}

/** The steps a container ends with stand for it. */
function leavesOf(id: string, state: RunState): readonly string[] {
  if (isForeachAt(state, id)) return [id];
  const children = [...state.steps.values()].filter((step) => step.parent === id);
  if (children.length === 0) return [id];
  const needed = new Set(
    children.flatMap((child) => findStep(state.spec.workflow.steps, child.path)?.dependencies ?? []),
  );
  return children.filter((child) => !needed.has(child.path)).flatMap((child) => leavesOf(child.path, state));
}

function isForeachAt(state: RunState, id: string): boolean {
  const step = findStep(state.spec.workflow.steps, id);
  return step !== undefined && isForeach(step);
}

function findStep(steps: readonly Step[], id: string): Step | undefined {
  for (const step of steps) {
    const found = step.id === id ? step : findStep(stepsIn(step), id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Mermaid has a syntax of its own: only letters, digits and a few marks pass. */
function label(text: string): string {
  return text
    .replaceAll(/[^\p{L}\p{N} .,:+/-]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
