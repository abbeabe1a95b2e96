// The operation `sync`.
import type { StepResult } from '../../engine/index.ts';
import { mergeOperation } from './merge.ts';
import { textOf } from './operation.ts';
import type { Operation, OperationBody } from './operation.ts';
import { rebaseOperation } from './rebase.ts';

/** What does it. */
export const sync: OperationBody = { name: 'sync', operate: syncOperation };

/** Brings the base into the branch: `strategy: rebase`, or a merge. */
function syncOperation(operation: Operation): Promise<StepResult> {
  return textOf(operation, 'strategy') === 'rebase' ? rebaseOperation(operation) : mergeOperation(operation);
}
