// Which file does which git operation. A new one is one file and one line here.
import { gitOperationKinds } from '../../definition/index.ts';
import { checkout } from './checkout.ts';
import { cleanupBranch } from './cleanup-branch.ts';
import { commit } from './commit.ts';
import { createBranch } from './create-branch.ts';
import { diff } from './diff.ts';
import { ensurePublished } from './ensure-published.ts';
import { featureComplete } from './feature-complete.ts';
import { fetch } from './fetch.ts';
import { finalize } from './finalize.ts';
import { hotfixDeploy } from './hotfix-deploy.ts';
import { merge } from './merge.ts';
import { mergePullRequest } from './merge-pull-request.ts';
import { openPullRequest } from './open-pull-request.ts';
import { pull } from './pull.ts';
import { push } from './push.ts';
import { rebase } from './rebase.ts';
import { reset } from './reset.ts';
import { revert } from './revert.ts';
import { squash } from './squash.ts';
import { status } from './status.ts';
import { sync } from './sync.ts';
import { tag } from './tag.ts';
import { verifyDiff } from './verify-diff.ts';
import type { OperationBody, RunnableOperation } from './operation.ts';

const bodies: readonly OperationBody[] = [
  createBranch,
  checkout,
  commit,
  push,
  pull,
  fetch,
  sync,
  merge,
  rebase,
  squash,
  tag,
  revert,
  reset,
  diff,
  status,
  ensurePublished,
  verifyDiff,
  cleanupBranch,
  openPullRequest,
  mergePullRequest,
  finalize,
  featureComplete,
  hotfixDeploy,
];

/** Every operation that comes with Troupe, with what does it. */
export const gitOperations: readonly RunnableOperation[] = gitOperationKinds.map((kind) => ({
  ...kind,
  ...bodies.find(({ name }) => name === kind.name),
}));
