// The operation `fetch`: brings the copy of the repository up to date.
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const fetch: GitOperationKind = {
  name: 'fetch',
  about: 'brings the copy of the repository up to date',
  keys: {},
  writes: false,
};
