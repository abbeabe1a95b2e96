// The operation `verify-diff`: fails when the branch changes nothing, or anything outside `paths`.
import { pick } from './keys.ts';
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const verifyDiff: GitOperationKind = {
  name: 'verify-diff',
  about: 'fails when the branch changes nothing, or anything outside `paths`',
  keys: pick('paths'),
  writes: false,
};
