// A workflow as a Mermaid flowchart: boxes for steps, frames for steps that hold others. Draws only.
import { oneLine } from '../support/index.ts';
import { textOf } from './expression/operators.ts';
import type { Step, Workflow } from './types.ts';

/** Statuses by step id, to colour the boxes of a run. */
export type GraphStatuses = Readonly<Record<string, string>>;

const colours: Readonly<Record<string, string>> = {
  running: 'fill:#ddf4ff,stroke:#0969da',
  waiting: 'fill:#fff8c5,stroke:#9a6700',
  succeeded: 'fill:#dafbe1,stroke:#1a7f37',
  failed: 'fill:#ffebe9,stroke:#cf222e',
  timed_out: 'fill:#ffebe9,stroke:#cf222e',
  cancelled: 'fill:#eaeef2,stroke:#6e7781',
  skipped: 'fill:#f6f8fa,stroke:#8c959f,stroke-dasharray:4 3',
};

/** Mermaid source. Equal workflows give equal text. */
export function workflowGraph(workflow: Workflow, statuses: GraphStatuses = {}): string {
  const lines = ['flowchart TD', ...listLines(workflow.steps, '  ')];
  for (const [title, steps] of [
    ['on failure', workflow.onFailure],
    ['finally', workflow.finally],
  ] as const)
    if (steps.length > 0)
      lines.push(...frame(`list_${title.replace(' ', '_')}`, title, listLines(steps, '    '), '  '));
  return [...lines, ...statusLines(statuses)].join('\n');
}

function listLines(steps: readonly Step[], indent: string): readonly string[] {
  return [
    ...steps.flatMap((step) => stepLines(step, indent)),
    ...steps.flatMap((step) => step.dependencies.map((id) => `${indent}${nodeId(id)} --> ${nodeId(step.id)}`)),
  ];
}

function stepLines(step: Step, indent: string): readonly string[] {
  const inner = `${indent}  `;
  const recovery = step.onError?.steps ?? [];
  const own =
    step.type === 'parallel'
      ? frame(nodeId(step.id), `${step.name} (${step.waitFor})`, listLines(step.steps, inner), indent)
      : step.type === 'conditional'
        ? conditionalLines(step, indent)
        : [`${indent}${shape(step)}`];
  if (recovery.length === 0) return own;
  const id = `${nodeId(step.id)}_on_error`;
  return [
    ...own,
    ...frame(id, `when ${step.name} fails`, listLines(recovery, inner), indent),
    `${indent}${nodeId(step.id)} -.-> ${id}`,
  ];
}

function conditionalLines(step: Extract<Step, { type: 'conditional' }>, indent: string): readonly string[] {
  const inner = `${indent}  `;
  const deeper = `${inner}  `;
  const id = nodeId(step.id);
  const branches = (
    [
      ['yes', step.thenSteps],
      ['no', step.elseSteps],
    ] as const
  ).filter(([, steps]) => steps.length > 0);
  return frame(
    id,
    step.name,
    [
      `${inner}${id}_test{"${escaped(step.test)}"}`,
      ...branches.flatMap(([word, steps]) => [
        ...frame(`${id}_${word}`, word, listLines(steps, deeper), inner),
        `${inner}${id}_test -- ${word} --> ${id}_${word}`,
      ]),
    ],
    indent,
  );
}

function frame(id: string, title: string, inner: readonly string[], indent: string): readonly string[] {
  return [`${indent}subgraph ${id}["${escaped(title)}"]`, ...inner, `${indent}end`];
}

function shape(step: Step): string {
  const id = nodeId(step.id);
  const about =
    step.type === 'persona-request'
      ? step.persona
      : step.type === 'git-operation'
        ? step.operation
        : step.type === 'github'
          ? `github ${textOf(step.config['action'] ?? null)}`
          : '';
  const condition = step.condition === undefined ? '' : `<br/><i>${escaped(step.condition)}</i>`;
  const text = `${escaped(step.name)}${about === '' ? '' : `<br/>${escaped(about)}`}${condition}`;
  if (step.implicit) return `${id}(["${text}"])`;
  return step.type === 'git-operation' ? `${id}[["${text}"]]` : `${id}["${text}"]`;
}

function statusLines(statuses: GraphStatuses): readonly string[] {
  const shown = Object.entries(statuses).filter(([, status]) => Object.hasOwn(colours, status));
  const used = [...new Set(shown.map(([, status]) => status))];
  return [
    ...used.map((status) => `  classDef ${status} ${colours[status] ?? ''}`),
    ...shown.map(([id, status]) => `  class ${nodeId(id)} ${status}`),
  ];
}

/** `end` and the like are words of Mermaid, so no id stands bare. */
function nodeId(id: string): string {
  return `s_${id.replaceAll(/[^A-Za-z0-9]/g, (character) => (character === '-' ? '_' : `_${character.charCodeAt(0)}_`))}`;
}

function escaped(text: string): string {
  return oneLine(text, 80)
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('`', "'");
}
