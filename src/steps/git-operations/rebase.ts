// The operation `rebase`.
import type { StepResult } from '../../engine/index.ts';
import { pushBranch, runBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { compareHeads } from '../common/preflight.ts';
import { conflict, moved, upToDate, withDistance } from './moved-branch.ts';
import { shaOf } from './named-commit.ts';
import { textOf } from './operation.ts';
import type { Operation, OperationBody } from './operation.ts';
import { requireOwn } from './own-branch.ts';

/** What does it. */
export const rebase: OperationBody = { name: 'rebase', operate: rebaseOperation };

/** Puts the run's commits on top of the newest base. */
export async function rebaseOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const { repository } = workplace;
  const { branch, headSha, baseBranch } = await runBranch(context, workplace);
  await requireOwn(operation, branch, 'rebase');
  await repository.fetch(context.signal);
  const base = textOf(operation, 'base') ?? baseBranch;
  const onto = await shaOf(operation, base);
  if (await repository.isAncestor(onto, headSha)) {
    return upToDate(branch, headSha);
  }
  const before = await compareHeads(repository, headSha, onto);
  const rebased = await repository.rebase(headSha, onto, workplace.author);
  if ('conflict' in rebased) throw conflict(`rebase "${branch}" onto "${base}"`, rebased.conflict);
  await pushBranch(context, workplace, { branch, commit: rebased.commit, expected: headSha });
  const result = withDistance(await moved(operation, rebased.commit, messages.rebased(branch, base)), before);
  return { ...result, facts: { ...result.facts, baseSha: onto } };
}
