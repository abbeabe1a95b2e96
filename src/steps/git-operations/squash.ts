// The operation `squash`.
import type { StepResult } from '../../engine/index.ts';
import { pushBranch, runBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { runCommit } from '../common/run-commit.ts';
import { moved } from './moved-branch.ts';
import { textOf } from './operation.ts';
import type { Operation, OperationBody } from './operation.ts';
import { requireOwn } from './own-branch.ts';

/** What does it. */
export const squash: OperationBody = { name: 'squash', operate: squashOperation };

/** Makes one commit of all commits of the run. */
async function squashOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const { repository } = workplace;
  const { branch, headSha, baseSha } = await runBranch(context, workplace);
  await requireOwn(operation, branch, 'squash');
  const base = (await repository.mergeBase(baseSha, headSha)) ?? baseSha;
  const message = textOf(operation, 'message') ?? context.spec.task.title;
  const commit = { ...runCommit(context, workplace, message), date: context.state.createdAt };
  const sha = await repository.commitTree(await repository.treeOf(headSha), [base], commit);
  await pushBranch(context, workplace, { branch, commit: sha, expected: headSha });
  return moved(operation, sha, messages.squashed(branch));
}
