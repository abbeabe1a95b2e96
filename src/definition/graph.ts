// A workflow as a Mermaid flowchart: boxes for steps, frames for steps that hold others. Draws only.
import { arrow, box, chartId, flowchart, frame, defined } from '../support/index.ts';
import { stepKinds } from './kinds/list.ts';
import { kindOf } from './source/step-kind.ts';
import type { StepKinds } from './source/step-kind.ts';
import { isContainer, stepLists } from './model/step-lists.ts';
import type { ConditionalStep, Step, Workflow } from './model/types.ts';

/** Statuses by step id, to colour the boxes of a run. */
export type GraphStatuses = Readonly<Record<string, string>>;

/** Mermaid source. Equal workflows give equal text. */
export function workflowGraph(workflow: Workflow, statuses: GraphStatuses = {}, kinds: StepKinds = stepKinds): string {
  const ends = (
    [
      ['on failure', workflow.onFailure],
      ['finally', workflow.finally],
    ] as const
  ).filter(([, steps]) => steps.length > 0);
  const lines = [
    ...listLines(workflow.steps, kinds),
    ...ends.flatMap(([title, steps]) => frame(`list_${title.replace(' ', '_')}`, title, listLines(steps, kinds))),
  ];
  const states = Object.entries(statuses).map(([id, status]) => [chartId(id), status] as const);
  return flowchart('TD', lines, states);
}

function listLines(steps: readonly Step[], kinds: StepKinds): readonly string[] {
  return [
    ...steps.flatMap((step) => stepLines(step, kinds)),
    ...steps.flatMap((step) => step.dependencies.map((id) => arrow(chartId(id), chartId(step.id)))),
  ];
}

function stepLines(step: Step, kinds: StepKinds): readonly string[] {
  const recovery = step.onError?.steps ?? [];
  const own = isContainer(step) ? containerLines(step, kinds) : [shape(step, kinds)];
  if (recovery.length === 0) return own;
  const id = `${chartId(step.id)}_on_error`;
  return [
    ...own,
    ...frame(id, `when ${step.name} fails`, listLines(recovery, kinds)),
    arrow(chartId(step.id), id, { dotted: true }),
  ];
}

function containerLines(step: Step, kinds: StepKinds): readonly string[] {
  if ('test' in step) return choiceLines(step, kinds);
  const title = kindOf(kinds, step.type)?.title?.(step);
  const inner = stepLists(step).flatMap(({ steps }) => listLines(steps, kinds));
  return frame(chartId(step.id), title === undefined ? step.name : `${step.name} (${title})`, inner);
}

function choiceLines(step: ConditionalStep, kinds: StepKinds): readonly string[] {
  const id = chartId(step.id);
  const words = new Map(kindOf(kinds, step.type)?.children?.branches.map(({ name, word }) => [name, word]));
  const branches = stepLists(step).filter(({ steps }) => steps.length > 0);
  return frame(id, step.name, [
    box(`${id}_test`, [step.test], { shape: 'choice' }),
    ...branches.flatMap(({ branch, steps }) => {
      const word = words.get(branch) ?? branch;
      return [
        ...frame(`${id}_${word}`, word, listLines(steps, kinds)),
        arrow(`${id}_test`, `${id}_${word}`, { label: word }),
      ];
    }),
  ]);
}

function shape(step: Step, kinds: StepKinds): string {
  const kind = kindOf(kinds, step.type);
  const about = kind?.subject?.(step) ?? '';
  return box(chartId(step.id), about === '' ? [step.name] : [step.name, about], {
    shape: step.implicit ? 'round' : kind?.isFramed === true ? 'double' : 'plain',
    ...defined({ italic: step.condition }),
  });
}
