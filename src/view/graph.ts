// The workflow as a Mermaid graph, coloured by how each step stands. Pure.
import { arrow, box, flowchart } from '../support/index.ts';
import { isDrawn } from './shown/arrows.ts';
import type { ShownRun } from './shown/shown-run.ts';

/** A `mermaid` code block; empty for a workflow without steps. */
export function renderGraph({ rows, arrows }: ShownRun): string {
  const nodes = rows.filter(isDrawn);
  if (nodes.length === 0) return '';
  const names = new Map(nodes.map(({ path }, index) => [path, `s${index}`]));
  const chart = flowchart(
    'LR',
    [
      ...nodes.map(({ path, icon, checkName }) => box(names.get(path) ?? '', [`${icon} ${label(checkName)}`])),
      ...arrows.map(([from, to]) => arrow(names.get(from) ?? '', names.get(to) ?? '')),
    ],
    nodes.map(({ path, look }) => [names.get(path) ?? '', look] as const),
  );
  return `\`\`\`mermaid\n${chart}\n\`\`\``;
}

/** Mermaid has a syntax of its own: only letters, digits and a few marks pass. */
function label(text: string): string {
  return text
    .replaceAll(/[^\p{L}\p{N} .,:+/-]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
