// What `troupe analyze` says.
import type { Workflow, WorkflowAnalysis } from '../../definition/index.ts';
import { formatDuration } from '../../support/index.ts';
import type { StepHistory } from './step-history.ts';

/** The analysis, a line each. */
export function analysisLines(
  { id }: Pick<Workflow, 'id'>,
  { steps, depth, widest, criticalPath, risks }: WorkflowAnalysis,
): string[] {
  return [
    `${id}: ${count(steps, 'step')}, ${depth} one after the other, about ${widest} side by side`,
    `longest chain: ${criticalPath.steps.join(' → ')}`,
    `    at most ${formatDuration(criticalPath.atMostMs)} if every attempt takes all its time, without waiting for people and rework`,
    ...risks.map(({ message }) => `! ${message}`),
  ];
}

/** How its steps went, a line each. */
export function historyLines({
  runs,
  repositories,
  steps,
}: {
  readonly runs: number;
  readonly repositories: number;
  readonly steps: readonly StepHistory[];
}): string[] {
  if (runs === 0) return ['history: no run of it has ended yet'];
  return [
    `history of ${count(runs, 'run')}${repositories > 1 ? ` in ${repositories} repositories` : ''}:`,
    ...steps.map(({ path, ran, skipped, failed, retried, medianMs, marks }) =>
      [
        `    ${path.padEnd(24)} ran in ${ran}`,
        ...(medianMs === undefined ? [] : [`${formatDuration(medianMs)} as a rule`]),
        ...(failed === 0 ? [] : [`failed in ${failed}`]),
        ...(retried === 0 ? [] : [`tried again in ${retried}`]),
        ...(skipped === 0 ? [] : [`skipped in ${skipped}`]),
        ...marks.map((mark) => advice[mark]),
      ].join(' · '),
    ),
  ];
}

const advice = {
  slow: '! slow: half of the time goes here',
  flaky: '! flaky',
  unused: '! never runs: is its condition right?',
} as const;

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
