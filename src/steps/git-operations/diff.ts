// The operation `diff`.
import type { StepResult } from '../../engine/index.ts';
import { runBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { shaOf } from './named-commit.ts';
import { textOf } from './operation.ts';
import type { Operation, OperationBody } from './operation.ts';

/** What does it. */
export const diff: OperationBody = { name: 'diff', operate: diffOperation };

/** A patch that later steps and people read; the whole one is the run's artifact. */
const patchBytes = 200 * 1024;

/** What the branch changes against its base. */
async function diffOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const { headSha, baseSha } = await runBranch(context, workplace);
  const named = textOf(operation, 'base');
  const from = named === undefined ? baseSha : await shaOf(operation, named);
  const changes = await workplace.repository.diff(from, headSha, { maxBytes: patchBytes });
  const added = changes.files.reduce((sum, file) => sum + file.added, 0);
  const removed = changes.files.reduce((sum, file) => sum + file.removed, 0);
  return {
    outputs: {
      files: changes.files.map(({ path }) => path),
      added,
      removed,
      patch: changes.patch,
      truncated: changes.truncated,
    },
    summary: messages.diffOf(changes.files.length, added, removed),
  };
}
