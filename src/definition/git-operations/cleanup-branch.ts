// The operation `cleanup-branch`: deletes the run's own branch.
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const cleanupBranch: GitOperationKind = {
  name: 'cleanup-branch',
  about: "deletes the run's own branch",
  keys: {},
  writes: true,
};
