// The operation `merge-pull-request`: merges the pull request at the judged commit.
import { mergeKeys, pick } from './keys.ts';
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const mergePullRequest: GitOperationKind = {
  name: 'merge-pull-request',
  about: 'merges the pull request at the judged commit',
  keys: pick('title', ...mergeKeys, 'allow_unverified'),
  writes: true,
  finishes: true,
  merges: () => true,
};
