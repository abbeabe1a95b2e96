// How a run is delivered: finish the pull request, merge it, then tag, deploy and tell as the step says.
import type { StepResult } from '../../engine/index.ts';
import { isSha, joinPosted } from '../../support/index.ts';
import { commentOnce } from '../common/comment-once.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { contextWith } from '../common/rewritten-base.ts';
import { afterMerge, afterMergeKeys, requireFreeTag } from './after-merge.ts';
import { hasMerged, mergePullRequestOperation } from './merge-pull-request.ts';
import { openPullRequestOperation } from './open-pull-request.ts';
import { choiceOf } from './operation.ts';
import type { Operation } from './operation.ts';

/** `feature_complete` and `hotfix_deploy`: finishes and merges. */
export async function completeOperation(operation: Operation): Promise<StepResult> {
  // an attempt before this one may have merged, and failed or died after that
  const isMerged = await hasMerged(operation);
  if (!isMerged) await requireFreeTag(operation);
  const finished = isMerged ? finishedBefore(operation) : await openPullRequestOperation(operation);
  if (finished.noop !== undefined) return without(finished, [...afterMergeKeys(operation), ...told(operation)]);
  const merged = await thenMerge(operation, finished);
  return tell(operation, await thenPublish(operation, merged));
}

export async function finish(operation: Operation): Promise<StepResult> {
  const finished = await openPullRequestOperation(operation);
  if (finished.noop !== undefined) return without(finished, [...afterMergeKeys(operation), ...told(operation)]);
  return tell(operation, without(finished, afterMergeKeys(operation)));
}

function finishedBefore({ context }: Operation): StepResult {
  const { branch, pullRequest } = context.state.facts;
  if (branch === undefined || pullRequest === undefined) return { outputs: {} };
  const { number, url } = pullRequest;
  return { outputs: { branch, finished: number, pull_request: number, url, ready: true } };
}

async function thenMerge(operation: Operation, finished: StepResult): Promise<StepResult> {
  const merged = await mergePullRequestOperation({
    ...operation,
    context: contextWith(operation.context, finished.facts),
  });
  return {
    ...merged,
    outputs: { ...finished.outputs, ...merged.outputs },
    facts: { ...finished.facts, ...merged.facts },
    warnings: [...new Set([...(finished.warnings ?? []), ...(merged.warnings ?? [])])],
  };
}

async function thenPublish(operation: Operation, merged: StepResult): Promise<StepResult> {
  const { sha, facts } = merged;
  const { api } = operation.workplace;
  const number = facts?.pullRequest?.number;
  if (afterMergeKeys(operation).length === 0 || api === undefined || number === undefined) return merged;
  if (sha === undefined || !isSha(sha) || facts === undefined) return merged;
  // known even if what follows fails: it is merged
  await operation.context.record?.({ type: 'facts.changed', data: facts });
  const { outputs, sentences } = await afterMerge(operation, { api, sha, number });
  return {
    ...merged,
    outputs: { ...merged.outputs, ...outputs },
    summary: [merged.summary ?? '', ...sentences].join('. '),
  };
}

/** `notification`: one comment on the task, with the step's own words or those of its result. */
async function tell(operation: Operation, result: StepResult): Promise<StepResult> {
  const { context, services, workplace } = operation;
  const pull = result.facts?.pullRequest?.number ?? context.state.facts.pullRequest?.number;
  const body = choiceOf(operation, 'notification', ownWords(result.summary ?? '', pull));
  if (body === undefined) return result;
  const number = context.spec.task.number ?? pull;
  if (workplace.api === undefined || number === undefined)
    return { ...result, warnings: [...(result.warnings ?? []), messages.toldNobody] };
  const { url } = await commentOnce(context, { services, api: workplace.api }, { number, body });
  return { ...result, outputs: { ...result.outputs, notification: url } };
}

/** Our own words name tags, branches and environments that others named; the run's pull request is ours to point to. */
function ownWords(summary: string, pull: number | undefined): string {
  const parts = pull === undefined ? [summary] : summary.split(new RegExp(`(#${pull})\\b`));
  return joinPosted(
    parts.map((text) => ({ text, isTheirs: text !== `#${pull}` })),
    'text',
  );
}

function told(operation: Operation): readonly string[] {
  return choiceOf(operation, 'notification', 'true') === undefined ? [] : ['notification'];
}

/** The result with the keys that could not be followed, where there are any. */
function without(result: StepResult, keys: readonly string[]): StepResult {
  return keys.length === 0 ? result : { ...result, warnings: [...(result.warnings ?? []), messages.leftOut(keys)] };
}
