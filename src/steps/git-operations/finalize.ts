// `finalize` and its kin: finish the pull request, then merge it where the step says so.
import type { StepResult } from '../../engine/index.ts';
import { mergePullRequestOperation } from './merge-pull-request.ts';
import { openPullRequestOperation } from './open-pull-request.ts';
import { flagOf } from './operation.ts';
import type { Operation } from './operation.ts';
import { contextWith } from '../rewritten-base.ts';

/** Finishes the pull request; merges only with `merge: true`. */
export async function finalizeOperation(operation: Operation): Promise<StepResult> {
  const finished = await openPullRequestOperation(operation);
  if (!flagOf(operation, 'merge') || finished.noop !== undefined) return finished;
  return thenMerge(operation, finished);
}

/** `feature_complete` and `hotfix_deploy`: finishes and merges. */
export async function completeOperation(operation: Operation): Promise<StepResult> {
  const finished = await openPullRequestOperation(operation);
  return finished.noop === undefined ? thenMerge(operation, finished) : finished;
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
