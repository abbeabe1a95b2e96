// The operation `checkout`.
import type { StepResult } from '../../engine/index.ts';
import { existingBranchName } from '../../git/index.ts';
import { TroupeError } from '../../support/index.ts';
import { headFacts, runBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { shaOf } from './named-commit.ts';
import { textOf } from './operation.ts';
import type { Operation, OperationBody } from './operation.ts';

/** What does it. */
export const checkout: OperationBody = { name: 'checkout', operate: checkoutOperation };

/** Works on an existing branch from now on; never on a base branch. */
async function checkoutOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const branch = existingBranchName(textOf(operation, 'branch') ?? (await runBranch(context, workplace)).branch);
  if (branch === workplace.defaultBranch || branch === context.state.facts.baseBranch) {
    throw new TroupeError('step/default-branch', messages.defaultBranch(branch), { class: 'config' });
  }
  await workplace.repository.fetch(context.signal);
  const head = await shaOf(operation, branch);
  return {
    outputs: { branch, sha: head },
    summary: messages.checkedOut(branch, head),
    facts: { branch, ...(await headFacts(workplace, head)) },
  };
}
