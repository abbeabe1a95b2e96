// The operation `status`: how far the branch and its base are apart, and which verdicts new commits have overtaken (`stale`).
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const status: GitOperationKind = {
  name: 'status',
  about: 'how far the branch and its base are apart, and which verdicts new commits have overtaken (`stale`)',
  keys: {},
  writes: false,
};
