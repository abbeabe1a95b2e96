// The operation `finalize`.
import type { StepResult } from '../../engine/index.ts';
import { completeOperation, finish } from './complete.ts';
import { flagOf } from './operation.ts';
import type { Operation, OperationBody } from './operation.ts';

/** What does it. */
export const finalize: OperationBody = { name: 'finalize', operate: finalizeOperation };

/** Finishes the pull request; merges only with `merge: true`. */
function finalizeOperation(operation: Operation): Promise<StepResult> {
  return flagOf(operation, 'merge') ? completeOperation(operation) : finish(operation);
}
