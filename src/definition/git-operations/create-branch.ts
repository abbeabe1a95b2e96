// The operation `create-branch`: makes a branch of the run and works on it from now on.
import { pick } from './keys.ts';
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const createBranch: GitOperationKind = {
  name: 'create-branch',
  about: 'makes a branch of the run and works on it from now on',
  keys: pick('branch', 'base'),
  writes: true,
};
