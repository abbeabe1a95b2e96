// The operation `push`.
import type { StepResult } from '../../engine/index.ts';
import { publishHead, runBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { ensurePullRequest } from '../common/pull-request.ts';
import type { Operation, OperationBody } from './operation.ts';

/** What does it. */
export const push: OperationBody = { name: 'push', operate: pushOperation };

/** Publishes the run's commits; nothing when they are there. */
export async function pushOperation({ context, services, workplace }: Operation): Promise<StepResult> {
  const { branch, headSha } = await runBranch(context, workplace);
  const pushed = await publishHead(context, workplace);
  const pullRequest = await ensurePullRequest(context, services, workplace);
  return {
    outputs: { pushed, branch, sha: headSha },
    sha: headSha,
    summary: pushed ? messages.pushed(branch) : messages.upToDate(branch),
    ...(pullRequest === undefined ? {} : { facts: { pullRequest } }),
  };
}
