// The operation `commit`.
import type { StepResult } from '../../engine/index.ts';
import { defaultPathPolicy, describeRefusals } from '../../git/index.ts';
import { TroupeError } from '../../support/index.ts';
import { headFacts, runBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { runCommit } from '../common/run-commit.ts';
import { textOf } from './operation.ts';
import type { Operation, OperationBody } from './operation.ts';

/** What does it. */
export const commit: OperationBody = { name: 'commit', operate: commitOperation };

/** Commits what a step with `commit: none` left in the run's worktree. `push` publishes it. */
async function commitOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const { headSha } = await runBranch(context, workplace);
  const policy = defaultPathPolicy(context.spec.settings.protectedPaths);
  const tree = await workplace.repository.worktree({ run: context.run, name: 'main', at: headSha, keepChanges: true });
  const { files, refused } = await tree.changes(policy);
  if (refused.length > 0) {
    throw new TroupeError('git/refused', messages.refusedFiles(describeRefusals(refused, 10)));
  }
  const message = textOf(operation, 'message') ?? context.step.name;
  const sha = await tree.commit(runCommit(context, workplace, message), policy);
  if (sha === undefined) return { outputs: { committed: false }, summary: messages.nothingToCommit };
  return {
    outputs: { committed: true, sha },
    sha,
    filesChanged: files,
    summary: messages.committed(sha, files.length),
    facts: await headFacts(workplace, sha),
  };
}
