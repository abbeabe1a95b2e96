// The operation `cleanup-branch`.
import type { StepResult } from '../../engine/index.ts';
import { runBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { deleteBranch } from '../common/settle.ts';
import type { Operation, OperationBody } from './operation.ts';
import { requireOwn } from './own-branch.ts';

/** What does it. */
export const cleanupBranch: OperationBody = { name: 'cleanup-branch', operate: cleanupBranchOperation };

/** Deletes the run's own branch. */
async function cleanupBranchOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const place = await runBranch(context, workplace);
  await requireOwn(operation, place.branch, 'delete');
  const deleted = await deleteBranch(context, workplace, place);
  if (!deleted)
    return {
      outputs: { deleted },
      summary: messages.branchKept(place.branch),
      warnings: [messages.branchKept(place.branch)],
    };
  return { outputs: { deleted }, summary: messages.deleted(place.branch) };
}
