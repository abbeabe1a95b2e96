// The operation `tag`: tags the head of the branch.
import { pick } from './keys.ts';
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const tag: GitOperationKind = {
  name: 'tag',
  about: 'tags the head of the branch',
  keys: pick('tag', 'message'),
  required: ['tag'],
  example: { tag: 'v1.0.0' },
  writes: true,
};
