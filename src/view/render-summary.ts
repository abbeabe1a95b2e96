// The summary of a job in Actions: result, table, graph, receipt. Pure; no markers, because nobody edits it later.
import type { Redactor } from '../support/index.ts';
import { fold, said } from './render-comment.ts';
import { billTable } from './bill-table.ts';
import { renderGraph } from './graph.ts';
import { labels } from './shown/messages.ts';
import type { ShownRun } from './shown/shown-run.ts';
import { stepTable } from './step-table.ts';

/** Markdown of a run for a job summary. `notes`: lines of the host, such as where a branch can be looked at. */
export function renderSummary(input: {
  readonly run: ShownRun;
  readonly redactor?: Redactor;
  readonly notes?: readonly string[];
}): string {
  const { run } = input;
  const { words } = run;
  const parts = [
    `### ${words.icon} ${words.result}`,
    words.reason,
    words.said,
    words.next.join(' '),
    ...(input.notes ?? []),
    stepTable(run.rows),
    run.receipt ?? '',
    billTable(run.bill),
    renderGraph(run),
    fold(labels.details, said(run, input)),
    `${labels.run} \`${run.id}\``,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
