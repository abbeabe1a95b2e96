// The summary of a job in Actions: result, table, graph, receipt. Pure; no markers, because nobody edits it later.
import type { RunState } from '../engine/index.ts';
import type { Redactor } from '../support/index.ts';
import { fold, said } from './render-comment.ts';
import { renderGraph } from './graph.ts';
import { labels } from './messages.ts';
import { allSteps } from './run-steps.ts';
import { shownOf } from './shown-run.ts';
import { stepTable } from './step-table.ts';

/** Markdown of a run for a job summary. `notes`: lines of the host, such as where a branch can be looked at. */
export function renderSummary(input: {
  readonly state: RunState;
  readonly redactor?: Redactor;
  readonly notes?: readonly string[];
}): string {
  const { state, redactor } = input;
  const all = allSteps(state);
  const run = shownOf(input, all);
  const steps = all.filter(({ inTable }) => inTable);
  const { words } = run;
  const parts = [
    `### ${words.icon} ${words.result}`,
    words.reason,
    words.said,
    words.next.join(' '),
    ...(input.notes ?? []),
    stepTable(run.rows),
    run.receipt ?? '',
    renderGraph(state, steps),
    fold(labels.details, said(steps, redactor === undefined ? {} : { redactor })),
    `${labels.run} \`${state.id}\``,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
