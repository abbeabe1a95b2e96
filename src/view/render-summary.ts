// The summary of a job in Actions: result, table, graph, receipt. Pure; no markers, because nobody edits it later.
import type { RunState } from '../engine/index.ts';
import { isRunOver } from '../engine/index.ts';
import type { Redactor } from '../support/index.ts';
import { fold, receipt, said } from './render-comment.ts';
import { renderGraph } from './graph.ts';
import { labels } from './messages.ts';
import { runWords } from './run-words.ts';
import { shownSteps } from './run-steps.ts';
import { stepTable } from './step-table.ts';

/** Markdown of a run for a job summary. `notes`: lines of the host, such as where a branch can be looked at. */
export function renderSummary(input: {
  readonly state: RunState;
  readonly redactor?: Redactor;
  readonly notes?: readonly string[];
}): string {
  const { state, redactor } = input;
  const steps = shownSteps(state);
  const words = runWords(input, steps);
  const parts = [
    `### ${words.icon} ${words.result}`,
    words.reason,
    words.said,
    words.next.join(' '),
    ...(input.notes ?? []),
    stepTable(steps),
    isRunOver(state.status) ? receipt(state) : '',
    renderGraph(state, steps),
    fold(labels.details, said(steps, redactor === undefined ? {} : { redactor })),
    `${labels.run} \`${state.id}\``,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** The result in one line of plain text. */
export function runHeadline(state: RunState, redactor?: Redactor): string {
  const words = runWords({ state, ...(redactor ? { redactor } : {}) }, shownSteps(state));
  const text = words.reason === '' ? `${words.result}.` : `${words.result}: ${words.reason}`;
  return text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('**', '');
}
