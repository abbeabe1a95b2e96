// The operation `ensure-published`: a push, which does nothing where the commits are there.
import type { OperationBody } from './operation.ts';
import { pushOperation } from './push.ts';

/** What does it. */
export const ensurePublished: OperationBody = { name: 'ensure-published', operate: pushOperation };
