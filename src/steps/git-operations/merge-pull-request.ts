// `merge-pull-request`: only verified, only allowed, only the commit that was judged. Never past branch protection.
import { approvedCommits, ClaimLost } from '../../engine/index.ts';
import type { StepContext, StepResult } from '../../engine/index.ts';
import type { RepositoryApi } from '../../github/index.ts';
import type { Json, Sha } from '../../support/index.ts';
import { isSha, messageOf, TroupeError, defined } from '../../support/index.ts';
import { runBranch, isOwnBranch } from '../common/branch.ts';
import type { RunBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { requireFits } from '../common/preflight.ts';
import { sayWhatWasDone } from '../common/pull-request.ts';
import type { PullRequestFacts } from '../common/pull-request.ts';
import { deleteBranch } from '../common/settle.ts';
import { judgedTree } from './changelog.ts';
import { requireVerdicts } from './gate.ts';
import { flagOf, textOf } from './operation.ts';
import type { Operation, OperationBody } from './operation.ts';
import { onRewrittenBase } from './on-rewritten-base.ts';

/** What does it. */
export const mergePullRequest: OperationBody = { name: 'merge-pull-request', operate: mergePullRequestOperation };

/** Whether an attempt of this step before this one has merged the pull request. */
export async function hasMerged({ context, workplace }: Operation): Promise<boolean> {
  const { pullRequest } = context.state.facts;
  if (pullRequest === undefined || !isMergePlanned(context)) return false;
  return pullRequest.state === 'merged' || (await workplace.api?.pullRequest(pullRequest.number))?.merged === true;
}

function isMergePlanned({ state, path }: StepContext): boolean {
  return Object.keys(state.steps.get(path)?.effects ?? {}).some((key) => key.startsWith(mergeKey));
}

/** Merges the run's pull request at the head the run knows. */
export async function mergePullRequestOperation(given: Operation): Promise<StepResult> {
  const { api } = given.workplace;
  if (api === undefined)
    throw new TroupeError('step/no-github', messages.noRepository(given.context.step.name), { class: 'config' });
  const operation = await onRewrittenBase(given);
  const { context, workplace } = operation;
  const { pullRequest } = context.state.facts;
  if (pullRequest === undefined) {
    throw new TroupeError('step/no-pull-request', messages.noPullRequest(context.step.name), { class: 'config' });
  }
  const unverified = await requireVerdicts(operation);
  await requireAllowed(operation, pullRequest);
  const place = await runBranch(context, workplace);
  const merged = await mergeIfItFits(operation, api, pullRequest);
  const cleanup = await cleanUp(operation, place);
  const warnings = [...unverified, ...cleanup.warnings];
  return {
    outputs: {
      merged: true,
      sha: merged,
      pull_request: pullRequest.number,
      branch: place.branch,
      target: place.baseBranch,
      cleanup: cleanup.state,
    },
    summary: messages.mergedInto(pullRequest.number, place.baseBranch, merged),
    sha: merged,
    facts: { pullRequest: { ...pullRequest, draft: false, state: 'merged' } },
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

/** Deletes the branch where the step asks for it. What is merged stays merged, whatever becomes of the branch. */
async function cleanUp(
  operation: Operation,
  place: RunBranch,
): Promise<{ readonly state: 'done' | 'error' | 'none'; readonly warnings: readonly string[] }> {
  const { context, workplace } = operation;
  if (!flagOf(operation, 'cleanup_branch')) return { state: 'none', warnings: [] };
  if (!(await isOwnBranch(context, workplace)))
    return { state: 'error', warnings: [messages.notOwnBranch(place.branch, 'delete')] };
  try {
    if (await deleteBranch(context, workplace, place)) return { state: 'done', warnings: [] };
    return { state: 'error', warnings: [messages.branchKept(place.branch)] };
  } catch (error) {
    if (error instanceof ClaimLost || context.signal.aborted) throw error;
    // GitHub may have deleted it by itself, right after the merge
    const isGone =
      (await workplace.repository.lookUpBranch(place.branch, context.signal).catch(() => null)) === undefined;
    return isGone
      ? { state: 'done', warnings: [] }
      : { state: 'error', warnings: [messages.notCleaned(place.branch, messageOf(error))] };
  }
}

/** Decision 6: a person approved this commit, or the operator lets the repository be merged into without. */
async function requireAllowed(operation: Operation, pullRequest: PullRequestFacts): Promise<void> {
  const { context, workplace } = operation;
  if (context.spec.settings.allowAutoMerge) return;
  const { headSha } = await runBranch(context, workplace);
  const approved = approvedCommits(context.state, context.path);
  if (approved.includes(headSha)) return;
  const { repository } = workplace;
  const tree = await judgedTree(operation, headSha);
  // Reworded by ourselves (decision 31), or with our entry in the change log: the same tree is what the person has seen.
  for (const sha of approved) if ((await repository.treeOf(sha).catch(() => undefined)) === tree) return;
  throw new TroupeError(
    'step/merge-not-allowed',
    approved.length === 0
      ? messages.noAutoMerge(pullRequest.number)
      : messages.approvedOther(pullRequest.number, headSha),
    { class: 'config', hint: messages.noAutoMergeHint },
  );
}

/** The base may move between the look and the merge: then it is the conflict that is told, not GitHub's "not mergeable". */
async function mergeIfItFits(operation: Operation, api: RepositoryApi, pullRequest: PullRequestFacts): Promise<Sha> {
  const { context, workplace } = operation;
  // a merge that was planned before may have happened
  if (!isMergePlanned(context)) {
    await requireFits(context, workplace);
    await sayWhatWasDone(context, { services: operation.services, api }, pullRequest);
  }
  try {
    return await merge(operation, api, pullRequest);
  } catch (error) {
    const refused = error instanceof TroupeError && ['github/not-mergeable', 'github/conflict'].includes(error.code);
    if (refused) await requireFits(context, workplace);
    throw error;
  }
}

const mergeKey = 'merge:';

async function merge(operation: Operation, api: RepositoryApi, pullRequest: PullRequestFacts): Promise<Sha> {
  const { context, workplace } = operation;
  const { number } = pullRequest;
  const { headSha } = await runBranch(context, workplace);
  const message = textOf(operation, 'message');
  const title = textOf(operation, 'title');
  const answer = await context.effect({
    key: `${mergeKey}${number}:${headSha}`,
    what: messages.merging(number),
    async lookUp(): Promise<{ sha: string } | undefined> {
      const now = await api.pullRequest(number);
      return now?.merged === true ? { sha: now.mergeSha ?? now.headSha } : undefined;
    },
    async apply(): Promise<{ sha: string }> {
      await context.fence();
      const sha = await api.mergePullRequest(number, {
        sha: headSha,
        method: methodOf(operation),
        ...defined({ title, message }),
      });
      return { sha };
    },
  });
  return asSha(answer.sha, headSha);
}

function asSha(value: Json, otherwise: Sha): Sha {
  return typeof value === 'string' && isSha(value) ? value : otherwise;
}

function methodOf(operation: Operation): 'merge' | 'squash' | 'rebase' {
  const named = textOf(operation, 'merge_strategy') ?? textOf(operation, 'strategy');
  return named === 'squash' || named === 'rebase' ? named : 'merge';
}
