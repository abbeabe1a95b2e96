// The operation `verify-diff`.
import type { StepResult } from '../../engine/index.ts';
import { matchesPath } from '../../git/index.ts';
import { TroupeError } from '../../support/index.ts';
import { runBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { declaredNoop } from '../common/settle.ts';
import { nothingDelivered } from './nothing-delivered.ts';
import { listOf } from './operation.ts';
import type { Operation, OperationBody } from './operation.ts';

/** What does it. */
export const verifyDiff: OperationBody = { name: 'verify-diff', operate: verifyDiffOperation };

/** Fails when the branch changes nothing, or anything outside `paths`. */
async function verifyDiffOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const place = await runBranch(context, workplace);
  const { headSha, baseSha } = place;
  const { files } = await workplace.repository.diff(baseSha, headSha, { maxBytes: 0 });
  const noop = declaredNoop(context);
  if (files.length === 0 && noop !== undefined) return { outputs: { files: [] }, noop, summary: noop };
  if (files.length === 0) throw await nothingDelivered(operation, place);
  const paths = listOf(operation, 'paths');
  const outside = paths.length === 0 ? [] : files.filter(({ path }) => !matchesPath(path, paths));
  if (outside.length > 0) {
    throw new TroupeError('step/unexpected-files', messages.outsidePaths(outside.map(({ path }) => path)));
  }
  const added = files.reduce((sum, file) => sum + file.added, 0);
  const removed = files.reduce((sum, file) => sum + file.removed, 0);
  return { outputs: { files: files.map(({ path }) => path) }, summary: messages.diffOf(files.length, added, removed) };
}
