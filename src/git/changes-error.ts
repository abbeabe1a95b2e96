// The error for changes that were sent and cannot be taken in: says why, in words that whoever sent them can act on.
import { TroupeError } from '../support/index.ts';
import type { ErrorClass } from '../support/index.ts';
import { messages } from './messages.ts';

/** `contract`: another answer could be taken. */
export function changesError(reason: string, kind: ErrorClass = 'contract'): TroupeError {
  return new TroupeError('git/changes', messages.changes.cannot(reason), {
    class: kind,
    hint: messages.hint('git/changes'),
  });
}

/** What git itself said, without what we were doing. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof TroupeError)) throw error;
  return error.message.replace(/^Cannot [^:]*: /, '').split('\n', 1)[0] ?? '';
}
