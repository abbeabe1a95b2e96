// An operation whose base branch was force-pushed under the run: it is done on the new one.
import { contextWith, followBase } from '../common/rewritten-base.ts';
import type { Operation } from './operation.ts';

/** The operation on the new base; the same one where the base was not rewritten. Throws `git/base-conflict`. */
export async function onRewrittenBase(operation: Operation): Promise<Operation> {
  const facts = await followBase(operation.context, operation.workplace);
  return facts === undefined ? operation : { ...operation, context: contextWith(operation.context, facts) };
}
