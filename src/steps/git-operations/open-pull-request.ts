// `open-pull-request`: final text, final head, ready for review. Refuses when there is nothing to review.
import { defined } from '../../support/index.ts';
import type { Facts, StepResult } from '../../engine/index.ts';
import { branchOf, runBranch } from '../common/branch.ts';
import type { RunBranch } from '../common/branch.ts';
import { publishFinalHead } from '../common/final-head.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { requireFits } from '../common/preflight.ts';
import {
  ensurePullRequest,
  finishPullRequest,
  openPullRequest as openAnother,
  shortfallOf,
} from '../common/pull-request.ts';
import type { Opened, PullRequestFacts } from '../common/pull-request.ts';
import { declaredNoop, hasNoDifference } from '../common/settle.ts';
import { changelogOf, enterChangelog } from './changelog.ts';
import { requireVerdicts } from './gate.ts';
import { nothingDelivered } from './nothing-delivered.ts';
import { flagOf, listOf, textOf } from './operation.ts';
import type { Operation, OperationBody } from './operation.ts';
import { onRewrittenBase } from './on-rewritten-base.ts';

/** What does it. */
export const openPullRequest: OperationBody = { name: 'open-pull-request', operate: openPullRequestOperation };

/** Finishes the run's pull request. */
export async function openPullRequestOperation(given: Operation): Promise<StepResult> {
  const judged = await onRewrittenBase(given);
  const { services, workplace } = judged;
  const place = await runBranch(judged.context, workplace);
  if (await hasNoDifference(workplace, place)) return nothing(judged, place);
  const unverified = await requireVerdicts(judged);
  if (workplace.api !== undefined) await requireFits(judged.context, workplace, textOf(judged, 'base'));
  const operation = await enterChangelog(judged);
  const { context } = operation;
  const head = await publishFinalHead(context, workplace);
  // known even if what follows fails: the branch has moved
  if (operation !== judged) await context.record?.({ type: 'facts.changed', data: head });
  const { api, botLogin } = workplace;
  if (api === undefined) return result(operation, { head, warnings: unverified });
  const opened = await present(operation);
  const { pullRequest } = opened;
  if (pullRequest === undefined)
    return { ...result(operation, { head, warnings: unverified }), ...shortfallOf(opened) };
  const finished = await finishPullRequest(
    context,
    { services, api, botLogin },
    {
      pullRequest,
      title: textOf(operation, 'title'),
      body: textOf(operation, 'body'),
      draft: flagOf(operation, 'draft'),
      reviewers: listOf(operation, 'reviewers'),
    },
  );
  const labels = listOf(operation, 'labels').filter((label) => !label.startsWith('troupe:'));
  if (labels.length > 0) await api.addLabels(pullRequest.number, labels);
  const warnings = [...unverified, ...finished.warnings];
  return result(operation, { head, warnings, pullRequest: finished.pullRequest });
}

async function nothing(operation: Operation, place: RunBranch): Promise<StepResult> {
  const noop = declaredNoop(operation.context);
  if (noop !== undefined) return { outputs: {}, noop, summary: noop };
  throw await nothingDelivered(operation, place);
}

/** The pull request that is there, the one that had to wait, or a new one for a branch that `create-branch` made. */
async function present(operation: Operation): Promise<Opened> {
  const { context, services, workplace } = operation;
  const { facts } = context.state;
  const known = facts.pullRequest ?? (await ensurePullRequest(context, services, workplace));
  if (known !== undefined) return { opening: 'open', pullRequest: known };
  const { branch, baseBranch } = branchOf(context);
  const base = textOf(operation, 'base') ?? baseBranch;
  return openAnother(context, { services, workplace }, { branch, base, draft: false });
}

function result(
  operation: Operation,
  done: { readonly head: Facts; readonly warnings: readonly string[]; readonly pullRequest?: PullRequestFacts },
): StepResult {
  const { branch } = branchOf(operation.context);
  const { pullRequest, head, warnings } = done;
  const isReady = pullRequest !== undefined && !pullRequest.draft;
  const changelog = changelogOf(operation);
  return {
    outputs: {
      branch,
      ...defined({ changelog }),
      ...(pullRequest === undefined
        ? {}
        : {
            finished: pullRequest.number,
            pull_request: pullRequest.number,
            url: pullRequest.url,
            ready: isReady,
          }),
    },
    summary: isReady ? messages.isReady(pullRequest.number) : messages.branchReady(branch),
    facts: { ...head, ...defined({ pullRequest }) },
    ...defined({ sha: head.headSha }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}
