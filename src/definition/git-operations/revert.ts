// The operation `revert`: takes the commit `base` back with a new commit; `"#12"`: what pull request 12 merged.
import { pick } from './keys.ts';
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const revert: GitOperationKind = {
  name: 'revert',
  about: 'takes the commit `base` back with a new commit; `"#12"`: what pull request 12 merged',
  keys: pick('base', 'message'),
  required: ['base'],
  example: { base: '#12' },
  writes: true,
};
