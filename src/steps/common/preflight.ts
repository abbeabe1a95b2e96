// How the run's branch and its base stand to each other, known before a merge is tried. Reads and fetches only; never takes a side.
import type { StepContext } from '../../engine/index.ts';
import { existingBranchName } from '../../git/index.ts';
import type { GitRepository } from '../../git/index.ts';
import type { Sha } from '../../support/index.ts';
import { TroupeError } from '../../support/index.ts';
import { runBranch } from './branch.ts';
import { gitMessages as messages } from './git-messages.ts';
import type { Workplace } from './types.ts';

/** Two heads, compared. */
export interface Standing {
  /** Commits that the branch has and the other has not. */
  readonly ahead: number;
  /** Commits that the other has and the branch has not. */
  readonly behind: number;
  /** Files in which a merge of the two would conflict. */
  readonly conflicts: readonly string[];
}

/** Compares the head of a branch with another commit; both are in the mirror. */
export async function compareHeads(repository: GitRepository, head: Sha, other: Sha): Promise<Standing> {
  const behind = (await repository.log(head, other)).length;
  return {
    ahead: (await repository.log(other, head)).length,
    behind,
    conflicts: behind === 0 ? [] : await repository.mergeConflicts(head, other),
  };
}

/**
 * Throws `git/base-conflict` with the files when the base has moved on since and does not fit any more: a pull request that nobody
 * can merge is not finished (decision 52). `base`: another branch than the run's own base.
 */
export async function requireFits(context: StepContext, workplace: Workplace, base?: string): Promise<void> {
  const { repository } = workplace;
  const place = await runBranch(context, workplace);
  const name = base ?? place.baseBranch;
  const now = await repository.lookUpBranch(existingBranchName(name), context.signal);
  if (now === undefined || now === place.baseSha) return;
  await repository.ensureCommit(now, context.signal);
  if (await repository.isAncestor(now, place.headSha)) return;
  const files = await repository.mergeConflicts(place.headSha, now);
  if (files.length === 0) return;
  throw new TroupeError('git/base-conflict', messages.baseMoved(place.branch, name, files), {
    class: 'failed',
    hint: messages.baseMovedHint(name),
  });
}
