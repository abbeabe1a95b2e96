// Operations that make, choose and remove branches: create-branch, checkout, cleanup-branch, reset.
import type { StepResult } from '../../engine/index.ts';
import { branchNameOf, existingBranchName } from '../../git/index.ts';
import type { BranchName, Sha } from '../../support/index.ts';
import { isSha, TroupeError } from '../../support/index.ts';
import { runBranch, headFacts, isOwnBranch, pushBranch } from '../branch.ts';
import { runTrailer } from '../commit-message.ts';
import { gitMessages as messages } from '../git-messages.ts';
import { runCommit } from '../run-commit.ts';
import { deleteBranch } from '../settle.ts';
import { textOf } from './operation.ts';
import type { Operation } from './operation.ts';

/** Makes a branch of the run and works on it from now on. Without `branch`: the one that `prepare` made. */
export async function createBranchOperation(operation: Operation): Promise<StepResult> {
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

/** Works on an existing branch from now on; never on a base branch. */
export async function checkoutOperation(operation: Operation): Promise<StepResult> {
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

/** Deletes the run's own branch. */
export async function cleanupBranchOperation(operation: Operation): Promise<StepResult> {
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

/** Sets the run's own branch back to a commit: `base`, or where the run began. */
export async function resetOperation(operation: Operation): Promise<StepResult> {
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

/** A branch of the remote or a commit id, as a commit. */
export async function shaOf({ workplace }: Operation, name: string): Promise<Sha> {
  if (isSha(name)) {
    await workplace.repository.ensureCommit(name);
    return name;
  }
  const sha = await workplace.repository.remoteBranch(existingBranchName(name));
  if (sha === undefined)
    throw new TroupeError('step/no-such-branch', messages.unknownBranch(name), { class: 'config' });
  return sha;
}

/** Throws unless the branch was made by this run. */
export async function requireOwn(operation: Operation, branch: BranchName, what: string): Promise<void> {
  if (await isOwnBranch(operation.context, operation.workplace)) return;
  throw new TroupeError('step/not-own-branch', messages.notOwnBranch(branch, what), { class: 'config' });
}
