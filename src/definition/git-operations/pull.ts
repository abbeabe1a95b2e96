// The operation `pull`: takes over what others pushed to the run's branch.
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const pull: GitOperationKind = {
  name: 'pull',
  about: "takes over what others pushed to the run's branch",
  keys: {},
  writes: true,
};
