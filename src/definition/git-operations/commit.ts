// The operation `commit`: commits what a step with `commit: none` left.
import { pick } from './keys.ts';
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const commit: GitOperationKind = {
  name: 'commit',
  about: 'commits what a step with `commit: none` left',
  keys: pick('message'),
  writes: true,
};
