// The operation `merge`: merges another branch into the run's.
import { pick } from './keys.ts';
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const merge: GitOperationKind = {
  name: 'merge',
  about: "merges another branch into the run's",
  keys: pick('branch', 'message', 'conflicts'),
  writes: true,
};
