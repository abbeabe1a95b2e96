// The operation `push`: publishes the run's commits.
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const push: GitOperationKind = {
  name: 'push',
  about: "publishes the run's commits",
  keys: {},
  writes: true,
};
