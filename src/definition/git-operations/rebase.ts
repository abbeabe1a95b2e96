// The operation `rebase`: puts the run's commits on top of the base.
import { pick } from './keys.ts';
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const rebase: GitOperationKind = {
  name: 'rebase',
  about: "puts the run's commits on top of the base",
  keys: pick('base'),
  writes: true,
};
