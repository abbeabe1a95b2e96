// The operation `pull`.
import type { StepResult } from '../../engine/index.ts';
import { TroupeError } from '../../support/index.ts';
import { headFacts, runBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import type { Operation, OperationBody } from './operation.ts';

/** What does it. */
export const pull: OperationBody = { name: 'pull', operate: pullOperation };

/** Takes over what others pushed to the run's branch, when it is on top of what the run has. */
async function pullOperation({ context, workplace }: Operation): Promise<StepResult> {
  const { repository } = workplace;
  const { branch, headSha } = await runBranch(context, workplace);
  await repository.fetch(context.signal);
  const remote = await repository.remoteBranch(branch);
  if (remote === undefined || remote === headSha || (await repository.isAncestor(remote, headSha))) {
    return { outputs: { sha: headSha, changed: false }, summary: messages.upToDate(branch) };
  }
  if (!(await repository.isAncestor(headSha, remote))) {
    const files = await repository.mergeConflicts(headSha, remote);
    if (files.length > 0)
      throw new TroupeError('git/conflict', messages.conflict(`pull "${branch}"`, files), { hint: messages.pullHint });
    throw new TroupeError('git/stale', messages.movedOn(branch), { hint: messages.movedOnHint });
  }
  const summary = messages.checkedOut(branch, remote);
  return { outputs: { sha: remote, changed: true }, sha: remote, summary, facts: await headFacts(workplace, remote) };
}
