// The operation `squash`: makes one commit of the run's commits.
import { pick } from './keys.ts';
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const squash: GitOperationKind = {
  name: 'squash',
  about: "makes one commit of the run's commits",
  keys: pick('message'),
  writes: true,
};
