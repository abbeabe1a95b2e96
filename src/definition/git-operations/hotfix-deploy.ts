// The operation `hotfix_deploy`: finishes the pull request and merges it.
import { endKeys, mergeKeys, pick, pullRequestKeys } from './keys.ts';
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const hotfixDeploy: GitOperationKind = {
  name: 'hotfix_deploy',
  about: 'finishes the pull request and merges it',
  keys: pick(...pullRequestKeys, ...mergeKeys, ...endKeys),
  writes: true,
  finishes: true,
  merges: () => true,
};
