// How the steps of a workflow went in the runs that have ended, and what to think about. Pure.
import { defined } from '../../support/index.ts';
import type { RunState, StepState } from '../../engine/index.ts';
import type { StepPath } from '../../support/index.ts';

/** How one step went. */
export interface StepHistory {
  readonly path: StepPath;
  /** Runs in which it ran. */
  readonly ran: number;
  readonly skipped: number;
  readonly failed: number;
  /** Runs in which it failed and was tried again. Rework and reruns are none. */
  readonly retried: number;
  /** From its start to its end; absent: it never ran. */
  readonly medianMs?: number;
  /**
   * Of five runs and more, and of steps that every run passes. slow: half of the time that all steps take, or more. flaky: failed or tried
   * again in a fifth of its runs. unused: never ran.
   */
  readonly marks: readonly ('slow' | 'flaky' | 'unused')[];
}

const fewest = 5;

/** The history by step, in the order of the newest run. */
export function stepHistory(states: readonly RunState[]): readonly StepHistory[] {
  const paths = [...new Set(states.flatMap(({ steps }) => [...steps.keys()]))];
  const steps = new Map(paths.map((path) => [path, states.flatMap((state) => state.steps.get(path) ?? [])]));
  // a step that holds others takes their time
  const containers = new Set(
    [...steps.values()]
      .flat()
      .flatMap(({ parent, list }) => (parent === undefined || list === 'on_error' ? [] : [parent])),
  );
  const rows = paths.map((path) => rowOf(path, steps.get(path) ?? []));
  const whole = rows.reduce((sum, { path, medianMs = 0 }) => (containers.has(path) ? sum : sum + medianMs), 0);
  return rows.map((row) => {
    const { path } = row;
    const of = steps.get(path) ?? [];
    const isJudged = of.length >= fewest && of[0]?.list === 'steps' && !containers.has(path);
    return { ...row, marks: isJudged ? marksOf(row, whole) : [] };
  });
}

function rowOf(path: StepPath, steps: readonly StepState[]): Omit<StepHistory, 'marks'> {
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
    retried: ran.filter(({ failures = 0 }) => failures > 0).length,
    ...defined({ medianMs: median }),
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
