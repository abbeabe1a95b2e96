// Rewriting and deleting are for branches that the run made itself.
import { TroupeError } from '../../support/index.ts';
import type { BranchName } from '../../support/index.ts';
import { isOwnBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import type { Operation } from './operation.ts';

/** Throws unless the branch was made by this run. */
export async function requireOwn(operation: Operation, branch: BranchName, what: string): Promise<void> {
  if (await isOwnBranch(operation.context, operation.workplace)) return;
  throw new TroupeError('step/not-own-branch', messages.notOwnBranch(branch, what), { class: 'config' });
}
