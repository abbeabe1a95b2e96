// The table of steps that comment, roll-up and pull request share. Pure.
import { labels } from './shown/messages.ts';
import type { ShownRow } from './shown/shown-row.ts';

/** Step, state, duration, cost; one row per step in file order. */
export function stepTable(rows: readonly ShownRow[]): string {
  const lines = rows
    .filter(({ inTable }) => inTable)
    .map(({ icon, title, word, duration, cost }) => row([icon, title, word, duration, cost]));
  return [row(labels.stepTable), row(labels.stepTable.map(() => '---')), ...lines].join('\n');
}

/** One row of a Markdown table. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
