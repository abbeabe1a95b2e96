// How the steps of a workflow went in the runs that have ended, and what to think about. Pure.
import type { RunState, StepState } from '../engine/index.ts';

/** How one step went. */
export interface StepHistory {
  readonly path: string;
  /** Runs in which it ran. */
  readonly ran: number;
  readonly skipped: number;
  readonly failed: number;
  /** Runs in which it needed more than one attempt. */
  readonly retried: number;
  /** From its start to its end; absent: it never ran. */
  readonly medianMs?: number;
  /** slow: half of the time of a run or more. flaky: failed or tried again in a fifth of its runs. unused: never ran. Of five runs and more. */
  readonly marks: readonly ('slow' | 'flaky' | 'unused')[];
}

const fewest = 5;

/** The history by step, in the order of the newest run. */
export function stepHistory(states: readonly RunState[]): readonly StepHistory[] {
  const paths = [...new Set(states.flatMap(({ steps }) => [...steps.keys()]))];
  const rows = paths.map((path) =>
    rowOf(
      path,
      states.flatMap(({ steps }) => steps.get(path) ?? []),
    ),
  );
  const whole = rows.reduce((sum, { medianMs = 0 }) => sum + medianMs, 0);
  return rows.map((row) => ({ ...row, marks: states.length < fewest ? [] : marksOf(row, whole) }));
}

function rowOf(path: string, steps: readonly StepState[]): Omit<StepHistory, 'marks'> {
  const ran = steps.filter(({ attempts }) => attempts > 0);
  const times = ran.flatMap(({ startedAt, finishedAt }) =>
    startedAt === undefined || finishedAt === undefined ? [] : [finishedAt - startedAt],
  );
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
  return {
    path,
    ran: ran.length,
    skipped: steps.filter(({ status }) => status === 'skipped').length,
    failed: ran.filter(({ status }) => status === 'failed' || status === 'timed_out').length,
    retried: ran.filter(({ attempts }) => attempts > 1).length,
    ...(median === undefined ? {} : { medianMs: median }),
  };
}

function marksOf(
  { ran, failed, retried, medianMs = 0 }: Omit<StepHistory, 'marks'>,
  whole: number,
): StepHistory['marks'] {
  return [
    ...(whole > 0 && medianMs >= whole / 2 ? ['slow' as const] : []),
    ...(ran >= fewest && Math.max(failed, retried) >= ran / 5 ? ['flaky' as const] : []),
    ...(ran === 0 ? ['unused' as const] : []),
  ];
}
