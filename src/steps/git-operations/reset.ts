// The operation `reset`.
import type { StepResult } from '../../engine/index.ts';
import { headFacts, pushBranch, runBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { shaOf } from './named-commit.ts';
import { textOf } from './operation.ts';
import type { Operation, OperationBody } from './operation.ts';
import { requireOwn } from './own-branch.ts';

/** What does it. */
export const reset: OperationBody = { name: 'reset', operate: resetOperation };

/** Sets the run's own branch back to a commit: `base`, or where the run began. */
async function resetOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const place = await runBranch(context, workplace);
  await requireOwn(operation, place.branch, 'reset');
  const named = textOf(operation, 'base');
  const to = named === undefined ? place.baseSha : await shaOf(operation, named);
  await pushBranch(context, workplace, { branch: place.branch, commit: to, expected: place.headSha });
  return {
    outputs: { sha: to },
    sha: to,
    summary: messages.reset(place.branch, to),
    facts: await headFacts(workplace, to),
  };
}
