// The operation `create-branch`.
import type { StepResult } from '../../engine/index.ts';
import { branchNameOf, existingBranchName } from '../../git/index.ts';
import { TroupeError } from '../../support/index.ts';
import { headFacts, pushBranch, runBranch } from '../common/branch.ts';
import { runTrailer } from '../common/commit-message.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { runCommit } from '../common/run-commit.ts';
import { shaOf } from './named-commit.ts';
import { textOf } from './operation.ts';
import type { Operation, OperationBody } from './operation.ts';

/** What does it. */
export const createBranch: OperationBody = { name: 'create-branch', operate: createBranchOperation };

/** Makes a branch of the run and works on it from now on. Without `branch`: the one that `prepare` made. */
async function createBranchOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const named = textOf(operation, 'branch');
  const current = context.state.facts.branch;
  if (named === undefined || named === current || branchNameOf(named) === current) {
    const { branch } = await runBranch(context, workplace);
    return { outputs: { branch }, summary: messages.created(branch) };
  }
  const branch = branchNameOf(named);
  const { repository } = workplace;
  await repository.fetch(context.signal);
  const base = existingBranchName(
    textOf(operation, 'base') ?? context.state.facts.baseBranch ?? workplace.defaultBranch,
  );
  const baseSha = await shaOf(operation, base);
  const there = await repository.remoteBranch(branch);
  const title = messages.startCommit(context.spec.task.number, context.spec.task.title);
  const first = await repository.emptyCommit(baseSha, {
    ...runCommit(context, workplace, title),
    date: context.state.createdAt,
  });
  const isOurs = there !== undefined && (await repository.trailers(there))[runTrailer]?.includes(context.run) === true;
  if (there !== undefined && !isOurs) {
    throw new TroupeError('step/branch-exists', messages.branchExists(branch), {
      class: 'config',
      hint: messages.branchExistsHint,
    });
  }
  const headSha = there ?? first;
  if (there === undefined) await pushBranch(context, workplace, { branch, commit: first, expected: null });
  return {
    outputs: { branch, base, own_branch: true },
    summary: messages.created(branch),
    facts: { branch, baseBranch: base, baseSha, ...(await headFacts(workplace, headSha)) },
  };
}
