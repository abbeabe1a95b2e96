// How much of its time an attempt has used. Pure.
import type { StepState } from './state.ts';

/** Milliseconds the newest attempt has executed until now, without the time it waited. */
export function usedBy(step: Pick<StepState, 'usedMs' | 'executingSince'>, now: number): number {
  return (step.usedMs ?? 0) + (step.executingSince === undefined ? 0 : Math.max(0, now - step.executingSince));
}
