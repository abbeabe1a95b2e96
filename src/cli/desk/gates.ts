// What a run waits for a person with, as a desk can ask it. Decides only.
import { defined } from '../../support/index.ts';
import type { RunState } from '../../engine/index.ts';
import type { Sha, StepPath } from '../../support/index.ts';
import { showStep } from '../../view/index.ts';

/** A decision or an answer that is missing. */
export interface Gate {
  /** Another showing of the same gate has another key. */
  readonly key: string;
  readonly kind: 'approval' | 'answer';
  readonly path: StepPath;
  readonly name: string;
  readonly message: string;
  /** The commit that an approval is about. */
  readonly sha?: Sha;
}

/** In file order. */
export function openGates(state: RunState): readonly Gate[] {
  return [...state.steps.values()].flatMap((step): readonly Gate[] => {
    const { path, approval, waitingFor } = step;
    const name = showStep({ state }, path)?.name ?? path;
    if (approval?.isOpen === true && approval.decided === undefined) {
      const { message, sha, asked } = approval;
      return [{ key: `${path}:${asked}`, kind: 'approval', path, name, message, ...defined({ sha }) }];
    }
    if (step.status !== 'waiting' || waitingFor?.for !== 'answer' || step.woken === true) return [];
    return [{ key: `${path}:${step.attempts}`, kind: 'answer', path, name, message: waitingFor.message ?? name }];
  });
}
