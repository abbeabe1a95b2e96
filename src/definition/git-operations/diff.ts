// The operation `diff`: what the branch changes.
import { pick } from './keys.ts';
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const diff: GitOperationKind = {
  name: 'diff',
  about: 'what the branch changes',
  keys: pick('base'),
  writes: false,
};
