// The operation `open-pull-request`: writes the final text and marks the pull request ready.
import { pick, pullRequestKeys } from './keys.ts';
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const openPullRequest: GitOperationKind = {
  name: 'open-pull-request',
  about: 'writes the final text and marks the pull request ready',
  keys: pick(...pullRequestKeys, 'draft'),
  writes: true,
  finishes: true,
};
