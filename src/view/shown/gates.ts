// What a run waits for a person with. Pure.
import { cleanEnds, defined } from '../../support/index.ts';
import type { RunState } from '../../engine/index.ts';
import type { Redactor, Sha, StepPath } from '../../support/index.ts';
import { nameOf } from './run-steps.ts';

/** A decision or an answer that is missing. */
export interface ShownGate {
  /** Another showing of the same gate has another key. */
  readonly key: string;
  readonly kind: 'approval' | 'answer';
  readonly path: StepPath;
  /** As people named the step; plain text. */
  readonly name: string;
  readonly message: string;
  /** The commit that an approval is about. */
  readonly sha?: Sha;
}

/** The gates that are open, in file order. */
export function showGates(state: RunState, redactor?: Redactor): readonly ShownGate[] {
  const clean = (text: string): string => cleanEnds(text, redactor);
  return [...state.steps.values()].flatMap((step): readonly ShownGate[] => {
    const { path, approval, waitingFor } = step;
    if (approval?.isOpen === true && approval.decided === undefined) {
      const { message, sha, asked } = approval;
      const name = nameOf(state, path);
      return [{ key: `${path}:${asked}`, kind: 'approval', path, name, message: clean(message), ...defined({ sha }) }];
    }
    if (step.status !== 'waiting' || waitingFor?.for !== 'answer' || step.woken === true) return [];
    const name = nameOf(state, path);
    const message = clean(waitingFor.message ?? name);
    return [{ key: `${path}:${step.attempts}`, kind: 'answer', path, name, message }];
  });
}
