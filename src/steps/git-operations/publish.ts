// Operations that bring commits to the remote or from it: push, ensure-published, fetch, pull, tag.
import type { StepResult } from '../../engine/index.ts';
import { checkTagName } from '../../git/index.ts';
import type { Json } from '../../support/index.ts';
import { TroupeError } from '../../support/index.ts';
import { runBranch, headFacts, publishHead } from '../branch.ts';
import { gitMessages as messages } from '../git-messages.ts';
import { ensurePullRequest } from '../pull-request.ts';
import { textOf } from './operation.ts';
import type { Operation } from './operation.ts';

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

/** Brings the mirror up to date. */
export async function fetchOperation({ context, workplace }: Operation): Promise<StepResult> {
  await workplace.repository.fetch(context.signal);
  return { outputs: {}, summary: messages.fetched };
}

/** Takes over what others pushed to the run's branch, when it is on top of what the run has. */
export async function pullOperation({ context, workplace }: Operation): Promise<StepResult> {
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

/** Tags the head of the branch. */
export async function tagOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const { headSha } = await runBranch(context, workplace);
  const given = textOf(operation, 'tag') ?? textOf(operation, 'title');
  if (given === undefined)
    throw new TroupeError('step/missing-key', messages.missingKey('tag', 'title'), { class: 'config' });
  const name = checkTagName(given);
  await context.effect({
    key: `tag:${name}:${headSha}`,
    what: messages.tagging(name),
    // tagging the same commit again changes nothing, so doing it again is the look-up
    lookUp: () => Promise.resolve(undefined),
    async apply(): Promise<Json> {
      await context.fence();
      await workplace.repository.tag(name, headSha, textOf(operation, 'message') ?? name, context.signal);
      return null;
    },
  });
  return { outputs: { tag: name, sha: headSha }, sha: headSha, summary: messages.tagged(name, headSha) };
}
