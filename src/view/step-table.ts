// The table of steps that comment, roll-up and pull request share. Pure.
import { stepCost, stepDuration } from './amounts.ts';
import { labels, stepTexts } from './messages.ts';
import { icons } from './run-steps.ts';
import type { ShownStep } from './run-steps.ts';

/** Step, state, duration, cost; one row per step in file order. */
export function stepTable(steps: readonly ShownStep[]): string {
  const rows = steps.map(({ name, look, state, items }) => {
    const text = withAttempts(stepTexts[look], state.attempts);
    return row([
      icons[look],
      name,
      items === undefined ? text : `${text}: ${items}`,
      stepDuration(state),
      stepCost(state),
    ]);
  });
  return [row(labels.stepTable), row(labels.stepTable.map(() => '---')), ...rows].join('\n');
}

/** One row of a Markdown table. */
export function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function withAttempts(text: string, attempts: number): string {
  return attempts > 1 ? `${text} (${attempts} attempts)` : text;
}
