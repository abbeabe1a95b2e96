// How far apart edits of progress are (decision 37). Pure.

import type { WantedSurface } from './types.ts';

/** Milliseconds between two edits of one surface that tell only progress. `age`: since the run was created. */
export type Pace = (kind: WantedSurface['kind'], age: number) => number;

const minute = 60_000;

/**
 * Comments: every 5 s in the first minute, every 30 s in the first ten, then every 2 min. Checks: every 5 min, then rarer as
 * the run gets older, because GitHub itself shows beside an open check since when it runs.
 */
export const defaultPace: Pace = (kind, age) => {
  if (kind === 'check') return heartbeatMs(age);
  if (age < minute) return 5_000;
  return age < 10 * minute ? 30_000 : 2 * minute;
};

/** How long an open check may say nothing new: the work of hours says so a handful of times. */
export function heartbeatMs(age: number): number {
  return Math.min(60 * minute, Math.max(5 * minute, age / 2));
}
