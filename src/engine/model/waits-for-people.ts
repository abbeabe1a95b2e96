// Whether people are what a run waits for: that time counts against no limit. Pure.
import { tallyOf } from './step-table.ts';
import type { RunState } from './state.ts';

/** Paused, or a step of it waits for a decision or an answer. */
export function waitsForPeople({ paused, steps }: Pick<RunState, 'paused' | 'steps'>): boolean {
  if (paused !== undefined) return true;
  return tallyOf(steps).live.some((path) => {
    const waits = steps.get(path)?.waitingFor?.for;
    return waits === 'approval' || waits === 'answer';
  });
}
