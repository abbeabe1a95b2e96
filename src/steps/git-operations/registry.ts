// Every git operation by its name.
import type { GitOperation } from '../../definition/index.ts';
import { checkoutOperation, cleanupBranchOperation, createBranchOperation, resetOperation } from './branches.ts';
import {
  commitOperation,
  mergeOperation,
  rebaseOperation,
  revertOperation,
  squashOperation,
  syncOperation,
} from './commits.ts';
import { completeOperation, finalizeOperation } from './finalize.ts';
import { diffOperation, statusOperation, verifyDiffOperation } from './inspect.ts';
import { mergePullRequestOperation } from './merge-pull-request.ts';
import { openPullRequestOperation } from './open-pull-request.ts';
import type { Operate } from './operation.ts';
import { fetchOperation, pullOperation, pushOperation, tagOperation } from './publish.ts';

/** The operations. */
export const gitOperations: Readonly<Record<GitOperation, Operate>> = {
  'create-branch': createBranchOperation,
  checkout: checkoutOperation,
  commit: commitOperation,
  push: pushOperation,
  pull: pullOperation,
  fetch: fetchOperation,
  sync: syncOperation,
  merge: mergeOperation,
  rebase: rebaseOperation,
  squash: squashOperation,
  tag: tagOperation,
  revert: revertOperation,
  reset: resetOperation,
  diff: diffOperation,
  status: statusOperation,
  'ensure-published': pushOperation,
  'verify-diff': verifyDiffOperation,
  'cleanup-branch': cleanupBranchOperation,
  'open-pull-request': openPullRequestOperation,
  'merge-pull-request': mergePullRequestOperation,
  finalize: finalizeOperation,
  feature_complete: completeOperation,
  hotfix_deploy: completeOperation,
};

/** Operations that write nothing outside: they go on while the run is paused. */
export const readingOperations: ReadonlySet<GitOperation> = new Set(['diff', 'status', 'verify-diff', 'fetch']);
