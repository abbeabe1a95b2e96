// How far apart edits of progress are (decision 37). Pure.

/** Milliseconds between two edits of one surface that tell only progress. `age`: since the run was created. */
export type Pace = (kind: 'check' | 'comment' | 'label' | 'issue', age: number) => number;

/** Comments: every 5 s in the first minute, every 30 s in the first ten, then every 2 min. Checks: every 60 s. */
export const defaultPace: Pace = (kind, age) => {
  if (kind === 'check') return 60_000;
  if (age < 60_000) return 5_000;
  return age < 600_000 ? 30_000 : 120_000;
};
