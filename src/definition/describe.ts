// A workflow as a page for people who never saw the language. Writes Markdown; knows no run.
import { formatDuration, oneLine } from '../support/index.ts';
import { workflowGraph } from './graph.ts';
import { stepKinds } from './kinds/list.ts';
import { kindOf } from './source/step-kind.ts';
import type { StepKinds } from './source/step-kind.ts';
import type { Step, Workflow } from './model/types.ts';
import { allSteps } from './model/walk-steps.ts';

/** The page in Markdown. */
export function describeWorkflow(workflow: Workflow, kinds: StepKinds = stepKinds): string {
  const parts = [
    `# ${plain(workflow.name)}`,
    workflow.description === '' ? '' : plain(workflow.description),
    starts(workflow),
    inputs(workflow),
    variables(workflow),
    `## Steps\n\n${stepTable(workflow, kinds)}`,
    `\`\`\`mermaid\n${workflowGraph(workflow, {}, kinds)}\n\`\`\``,
    effects(workflow),
    outputs(workflow),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function starts(workflow: Workflow): string {
  const { trigger } = workflow;
  const labels = trigger.labels.filter((label) => label !== `troupe:${workflow.id}`);
  const lines = [
    `- the command \`/troupe run ${workflow.id}\` or the label \`troupe:${workflow.id}\``,
    ...(labels.length > 0 ? [`- any of the labels ${codes(labels)}`] : []),
    ...(trigger.events.length > 0 ? [`- the events ${codes(trigger.events)}`] : []),
    ...(trigger.schedule === undefined ? [] : [`- a job at ${codes(trigger.schedule.map(({ cron }) => cron))}`]),
    ...(trigger.assignees.length > 0 ? [`- an assignment to ${codes(trigger.assignees)}`] : []),
  ];
  const condition =
    trigger.condition === undefined ? '' : `\n\nAll but the first only when ${code(trigger.condition)}.`;
  return `## What starts it\n\n${lines.join('\n')}${condition}`;
}

function inputs(workflow: Workflow): string {
  const rows = Object.entries(workflow.inputs).map(([name, spec]) => {
    const type = spec.type === 'choice' ? (spec.options ?? []).join(', ') : spec.type;
    const given = spec.required ? 'required' : spec.default === undefined ? '' : code(JSON.stringify(spec.default));
    return `| ${code(name)} | ${cell(type)} | ${given} | ${cell(spec.description)} |`;
  });
  if (rows.length === 0) return '';
  return ['## Inputs', '', '| name | values | default | |', '|---|---|---|---|', ...rows].join('\n');
}

function variables(workflow: Workflow): string {
  const rows = Object.entries(workflow.variables).map(([name, value]) => {
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    return `| ${code(name)} | ${code(shown)} |`;
  });
  return rows.length === 0 ? '' : ['## Variables', '', '| name | value |', '|---|---|', ...rows].join('\n');
}

function stepTable(workflow: Workflow, kinds: StepKinds): string {
  const rows = allSteps(workflow).map(({ step, parent, list, branch }) => {
    const place =
      parent === undefined
        ? list === 'steps'
          ? ''
          : list.replace('_', ' ')
        : `in ${parent.name}${side(parent, branch, kinds)}`;
    const after = [...step.dependencies.map((id) => code(id)), ...(place === '' ? [] : [cell(place)])].join(', ');
    return `| ${cell(step.name)} | ${cell(work(step, kinds))} | ${after} | ${when(step)} | ${limits(step, kinds)} |`;
  });
  return ['| step | does | after | only when | limits |', '|---|---|---|---|---|', ...rows].join('\n');
}

function side(parent: Step, branch: string | undefined, kinds: StepKinds): string {
  if (branch === 'on_error') return ', when it fails';
  const branches = kindOf(kinds, parent.type)?.children?.branches ?? [];
  const when = branches.find(({ name }) => name === branch)?.when;
  return when === undefined ? '' : `, ${when}`;
}

/** The kind is the one who knows; where it is gone its type has to do. */
function work(step: Step, kinds: StepKinds): string {
  return kindOf(kinds, step.type)?.describe(step) ?? step.type;
}

function when(step: Step): string {
  if ('test' in step) return `decided by ${code(step.test)}`;
  return step.condition === undefined ? '' : code(step.condition);
}

function limits(step: Step, kinds: StepKinds): string {
  const timeout =
    step.timeout === undefined
      ? []
      : [typeof step.timeout === 'number' ? formatDuration(step.timeout) : code(step.timeout)];
  const tries = step.retry.limit > 0 ? [`${step.retry.limit + 1} attempts`] : [];
  const gate = step.approval === undefined || kindOf(kinds, step.type)?.approves === true ? [] : ['after approval'];
  const failure = step.onFailure === 'continue' ? ['may fail'] : [];
  return [...gate, ...timeout, ...tries, ...failure].join(', ');
}

function effects(workflow: Workflow): string {
  const { budget, branch, concurrency } = workflow;
  const name = branch === false ? undefined : (branch.name ?? 'troupe/<number>-<slug>');
  const amounts = [
    ...(budget.costUsd === undefined ? [] : [`${budget.costUsd} US dollars`]),
    ...(budget.tokens === undefined ? [] : [`${budget.tokens} tokens`]),
    ...(budget.minutes === undefined ? [] : [`${budget.minutes} minutes`]),
    ...(budget.attempts === undefined ? [] : [`${budget.attempts} attempts`]),
  ];
  const conflict = { queue: 'waits', replace: 'replaces the other', reject: 'does not start' }[concurrency.onConflict];
  return [
    '## What it does to the repository',
    '',
    name === undefined ? '- It writes nothing.' : `- It writes to the branch ${code(name)} and opens a pull request.`,
    `- A second run of the same group (${code(concurrency.group)}) ${conflict}.`,
    ...(amounts.length === 0 ? [] : [`- It stops at ${amounts.join(', ')}, and its work is kept.`]),
  ].join('\n');
}

function outputs(workflow: Workflow): string {
  const rows = Object.entries(workflow.outputs).map(([name, template]) => `- ${code(name)}: ${code(template)}`);
  return rows.length === 0 ? '' : ['## Results', '', ...rows].join('\n');
}

function codes(texts: readonly string[]): string {
  return texts.map(code).join(', ');
}

function code(text: string): string {
  return `\`${oneLine(text, 200).replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}

function cell(text: string): string {
  return plain(oneLine(text, 200)).replaceAll('|', '\\|');
}

function plain(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll(/\s+/g, (blank) => (blank.includes('\n') ? '\n' : blank));
}
