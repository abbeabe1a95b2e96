// How far apart edits of progress are (decision 37). Pure.

/** An open check says at least this often that it is alive. */
export const heartbeatMs = 300_000;

/** Milliseconds between two edits of one surface that tell only progress. `age`: since the run was created. */
export type Pace = (kind: 'check' | 'comment' | 'label' | 'issue', age: number) => number;

/**
 * Comments: every 5 s in the first minute, every 30 s in the first ten, then every 2 min. Checks: every 5 min, because
 * GitHub itself shows beside an open check since when it runs.
 */
export const defaultPace: Pace = (kind, age) => {
  if (kind === 'check') return heartbeatMs;
  if (age < 60_000) return 5_000;
  return age < 600_000 ? 30_000 : 120_000;
};
