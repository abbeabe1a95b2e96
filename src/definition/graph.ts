// A workflow as a Mermaid flowchart: boxes for steps, frames for steps that hold others. Draws only.
import { oneLine } from '../support/index.ts';
import { stepKinds } from './kinds/list.ts';
import { kindOf } from './kinds/step-kind.ts';
import type { StepKinds } from './kinds/step-kind.ts';
import { isContainer, stepLists } from './step-lists.ts';
import type { ConditionalStep, Step, Workflow } from './types.ts';

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
export function workflowGraph(workflow: Workflow, statuses: GraphStatuses = {}, kinds: StepKinds = stepKinds): string {
  const lines = ['flowchart TD', ...listLines(workflow.steps, '  ', kinds)];
  for (const [title, steps] of [
    ['on failure', workflow.onFailure],
    ['finally', workflow.finally],
  ] as const)
    if (steps.length > 0)
      lines.push(...frame(`list_${title.replace(' ', '_')}`, title, listLines(steps, '    ', kinds), '  '));
  return [...lines, ...statusLines(statuses)].join('\n');
}

function listLines(steps: readonly Step[], indent: string, kinds: StepKinds): readonly string[] {
  return [
    ...steps.flatMap((step) => stepLines(step, indent, kinds)),
    ...steps.flatMap((step) => step.dependencies.map((id) => `${indent}${nodeId(id)} --> ${nodeId(step.id)}`)),
  ];
}

function stepLines(step: Step, indent: string, kinds: StepKinds): readonly string[] {
  const recovery = step.onError?.steps ?? [];
  const own = isContainer(step) ? containerLines(step, indent, kinds) : [`${indent}${shape(step, kinds)}`];
  if (recovery.length === 0) return own;
  const id = `${nodeId(step.id)}_on_error`;
  return [
    ...own,
    ...frame(id, `when ${step.name} fails`, listLines(recovery, `${indent}  `, kinds), indent),
    `${indent}${nodeId(step.id)} -.-> ${id}`,
  ];
}

function containerLines(step: Step, indent: string, kinds: StepKinds): readonly string[] {
  if ('test' in step) return choiceLines(step, indent, kinds);
  const title = kindOf(kinds, step.type)?.title?.(step);
  const inner = stepLists(step).flatMap(({ steps }) => listLines(steps, `${indent}  `, kinds));
  return frame(nodeId(step.id), title === undefined ? step.name : `${step.name} (${title})`, inner, indent);
}

function choiceLines(step: ConditionalStep, indent: string, kinds: StepKinds): readonly string[] {
  const inner = `${indent}  `;
  const id = nodeId(step.id);
  const words = new Map(kindOf(kinds, step.type)?.children?.branches.map(({ name, word }) => [name, word]));
  const branches = stepLists(step).filter(({ steps }) => steps.length > 0);
  return frame(
    id,
    step.name,
    [
      `${inner}${id}_test{"${escaped(step.test)}"}`,
      ...branches.flatMap(({ branch, steps }) => {
        const word = words.get(branch) ?? branch;
        return [
          ...frame(`${id}_${word}`, word, listLines(steps, `${inner}  `, kinds), inner),
          `${inner}${id}_test -- ${word} --> ${id}_${word}`,
        ];
      }),
    ],
    indent,
  );
}

function frame(id: string, title: string, inner: readonly string[], indent: string): readonly string[] {
  return [`${indent}subgraph ${id}["${escaped(title)}"]`, ...inner, `${indent}end`];
}

function shape(step: Step, kinds: StepKinds): string {
  const id = nodeId(step.id);
  const kind = kindOf(kinds, step.type);
  const about = kind?.subject?.(step) ?? '';
  const condition = step.condition === undefined ? '' : `<br/><i>${escaped(step.condition)}</i>`;
  const text = `${escaped(step.name)}${about === '' ? '' : `<br/>${escaped(about)}`}${condition}`;
  if (step.implicit) return `${id}(["${text}"])`;
  return kind?.isFramed === true ? `${id}[["${text}"]]` : `${id}["${text}"]`;
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
