// The operation `ensure-published`: publishes the run's commits; nothing when they are there.
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const ensurePublished: GitOperationKind = {
  name: 'ensure-published',
  about: "publishes the run's commits; nothing when they are there",
  keys: {},
  writes: true,
};
