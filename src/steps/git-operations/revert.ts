// The operation `revert`.
import type { StepResult } from '../../engine/index.ts';
import { TroupeError } from '../../support/index.ts';
import type { Sha } from '../../support/index.ts';
import { pushBranch, runBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { runCommit } from '../common/run-commit.ts';
import { conflict, moved } from './moved-branch.ts';
import { shaOf } from './named-commit.ts';
import { requireText, textOf } from './operation.ts';
import type { Operation, OperationBody } from './operation.ts';

/** What does it. */
export const revert: OperationBody = { name: 'revert', operate: revertOperation };

/**
 * Takes one commit back with a new commit on the run's own branch: a merge is undone by the pull request of the run, never on the
 * base itself. `base`: a commit, a branch for its newest one, or `#12` for what pull request 12 merged.
 */
async function revertOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const { branch, headSha } = await runBranch(context, workplace);
  const target = await revertedCommit(operation, requireText(operation, 'base', 'revert'));
  const message = textOf(operation, 'message') ?? messages.revertCommit(target);
  const reverted = await workplace.repository.revert(target, headSha, runCommit(context, workplace, message));
  if ('conflict' in reverted) throw conflict(`revert ${target.slice(0, 7)}`, reverted.conflict);
  await pushBranch(context, workplace, { branch, commit: reverted.commit, expected: headSha });
  return moved(operation, reverted.commit, messages.reverted(target));
}

async function revertedCommit(operation: Operation, named: string): Promise<Sha> {
  const [, number] = /^#(\d+)$/.exec(named) ?? [];
  const { workplace } = operation;
  if (number === undefined) return shaOf(operation, named);
  const pull = await workplace.api?.pullRequest(Number(number));
  if (pull?.mergeSha === undefined)
    throw new TroupeError(
      'step/not-merged',
      pull === undefined ? messages.noSuchPull(Number(number)) : messages.notMerged(Number(number)),
      { class: 'config' },
    );
  await workplace.repository.ensureCommit(pull.mergeSha, operation.context.signal);
  return pull.mergeSha;
}
