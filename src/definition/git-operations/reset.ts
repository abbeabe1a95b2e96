// The operation `reset`: sets the run's own branch back to a commit.
import { pick } from './keys.ts';
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const reset: GitOperationKind = {
  name: 'reset',
  about: "sets the run's own branch back to a commit",
  keys: pick('base'),
  writes: true,
};
