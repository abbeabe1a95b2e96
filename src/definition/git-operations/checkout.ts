// The operation `checkout`: works on an existing branch from now on.
import { pick } from './keys.ts';
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const checkout: GitOperationKind = {
  name: 'checkout',
  about: 'works on an existing branch from now on',
  keys: pick('branch'),
  writes: true,
};
