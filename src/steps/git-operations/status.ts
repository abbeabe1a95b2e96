// The operation `status`.
import type { StepResult } from '../../engine/index.ts';
import { existingBranchName } from '../../git/index.ts';
import { runBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { compareHeads } from '../common/preflight.ts';
import { freshnessAt } from './freshness.ts';
import type { Operation, OperationBody } from './operation.ts';

/** What does it. */
export const status: OperationBody = { name: 'status', operate: statusOperation };

/** How far the branch and its base are apart, and what new commits have overtaken. */
async function statusOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const { repository } = workplace;
  const { branch, baseBranch, headSha, baseSha } = await runBranch(context, workplace);
  await repository.fetch(context.signal);
  const base = (await repository.remoteBranch(existingBranchName(baseBranch))) ?? baseSha;
  const { ahead, behind, conflicts } = await compareHeads(repository, headSha, base);
  const remote = await repository.remoteBranch(branch);
  const published = remote === headSha;
  const unknown = remote === undefined || published ? [] : await repository.log(headSha, remote);
  const { stale, sentences } = await freshnessAt(operation, unknown.length === 0 ? headSha : (remote ?? headSha));
  const place =
    conflicts.length === 0
      ? messages.checkedOut(branch, headSha)
      : messages.wouldConflict(branch, baseBranch, conflicts);
  return {
    outputs: {
      branch,
      ahead,
      behind,
      conflicts: [...conflicts],
      published,
      sha: headSha,
      stale: [...stale],
      new_commits: unknown.length,
    },
    summary: [place, ...sentences].join('. '),
  };
}
