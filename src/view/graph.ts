// The workflow as a Mermaid graph, coloured by how each step stands. Pure.
import { isForeach, stepsIn } from '../engine/index.ts';
import type { RunState, Step } from '../engine/index.ts';
import { icons } from './run-steps.ts';
import type { Look, ShownStep } from './run-steps.ts';

const colours: Partial<Record<Look, string>> = {
  running: 'fill:#ddf4ff,stroke:#0969da,color:#0a3069',
  retrying: 'fill:#ddf4ff,stroke:#0969da,color:#0a3069',
  passed: 'fill:#dafbe1,stroke:#1a7f37,color:#0f5323',
  done: 'fill:#dafbe1,stroke:#1a7f37,color:#0f5323',
  rejected: 'fill:#ffebe9,stroke:#cf222e,color:#82071e',
  unjudged: 'fill:#ffebe9,stroke:#cf222e,color:#82071e',
  failed: 'fill:#ffebe9,stroke:#cf222e,color:#82071e',
  timed_out: 'fill:#ffebe9,stroke:#cf222e,color:#82071e',
  approval: 'fill:#fff8c5,stroke:#9a6700,color:#4d2d00',
  answer: 'fill:#fff8c5,stroke:#9a6700,color:#4d2d00',
};

/** A `mermaid` code block; empty for a workflow without steps. */
export function renderGraph(state: RunState, steps: readonly ShownStep[]): string {
  const shown = new Map(steps.map((step) => [String(step.state.path), step]));
  // a step for an item is in the box of its container
  const nodes = [...shown.values()].filter(
    ({ definition, state: { path } }) => definition !== undefined && !definition.implicit && !path.includes('.'),
  );
  if (nodes.length === 0) return '';
  const names = new Map(nodes.map(({ state: { path } }, index) => [String(path), `s${index}`]));
  const lines = nodes.map(
    ({ state: { path }, checkName, look }) => `  ${names.get(path)}["${icons[look]} ${label(checkName)}"]`,
  );
  for (const { definition, state: step } of nodes) {
    const to = names.get(step.path);
    for (const from of dependenciesOf(definition, step.parent, state)) {
      for (const leaf of leavesOf(from, state)) {
        if (names.has(leaf)) lines.push(`  ${names.get(leaf)} --> ${to}`);
      }
    }
  }
  const classes = [...new Set(nodes.map(({ look }) => look))].filter((look) => colours[look] !== undefined);
  for (const look of classes) {
    const members = nodes.filter((node) => node.look === look).map(({ state: { path } }) => names.get(path));
    lines.push(`  classDef ${look} ${colours[look]}`, `  class ${members.join(',')} ${look}`);
  }
  return ['```mermaid', 'graph LR', ...lines, '```'].join('\n');
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
