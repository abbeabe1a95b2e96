// The operation `feature_complete`: finishes the pull request and merges it.
import { endKeys, mergeKeys, pick, pullRequestKeys } from './keys.ts';
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const featureComplete: GitOperationKind = {
  name: 'feature_complete',
  about: 'finishes the pull request and merges it',
  keys: pick(...pullRequestKeys, ...mergeKeys, ...endKeys),
  writes: true,
  finishes: true,
  merges: () => true,
};
