// The operation `finalize`: finishes the pull request, and with `merge: true` merges it; only what is merged is tagged, released and deployed.
import { endKeys, mergeKeys, pick, pullRequestKeys } from './keys.ts';
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const finalize: GitOperationKind = {
  name: 'finalize',
  about:
    'finishes the pull request, and with `merge: true` merges it; only what is merged is tagged, released and deployed',
  keys: pick(...pullRequestKeys, 'draft', 'merge', ...mergeKeys, ...endKeys),
  writes: true,
  finishes: true,
  merges: (step) => step['merge'] === true,
};
