// A branch that somebody hands in as their work: what it changed since it left the commit that was asked about, as a patch. Reads only; what may be changed is judged afterwards.
import type { StepContext, StepError } from '../engine/index.ts';
import { existingBranchName } from '../git/index.ts';
import type { Worktree } from '../git/index.ts';
import type { ResultChanges } from '../personas/index.ts';
import { TroupeError } from '../support/index.ts';
import type { BranchName } from '../support/index.ts';
import { personaStepMessages as say } from './common/messages.ts';
import type { RunHead } from './common/run-head.ts';
import type { Workplace } from './common/types.ts';

/** A patch of more bytes is not taken over. */
const mostBytes = 10 * 1024 * 1024;

/** Where the branch is looked for. */
export interface BranchPlace {
  readonly context: StepContext;
  readonly workplace: Workplace;
  readonly at: RunHead;
  readonly worktree: Worktree;
}

/** Its changes, and a sentence on what was taken; or why there is nothing to take, in words for whoever named it. */
export async function changesOfBranch(
  place: BranchPlace,
  name: string,
): Promise<{ readonly changes: ResultChanges; readonly note: string } | { readonly error: StepError }> {
  const { context, workplace, worktree } = place;
  const { repository } = workplace;
  const branch = named(name, place);
  if (typeof branch !== 'string') return branch;
  const head = await repository.lookUpBranch(branch, context.signal);
  if (head === undefined) return refused(say.noSuchBranch(name));
  await repository.ensureCommit(head, context.signal);
  const base = await repository.mergeBase(head, worktree.at);
  if (base === undefined) return refused(say.unrelatedBranch(name, worktree.at));
  const content = await repository.patch(base, head, mostBytes);
  if (content === undefined) return refused(say.tooLargeBranch(name, mostBytes));
  if (content.byteLength === 0) return refused(say.emptyBranch(name, worktree.at));
  return { changes: { kind: 'patch', base, content }, note: say.tookBranch(name, head) };
}

/** A branch of this repository that is neither the run's own nor the one that it works for. */
function named(name: string, { context, workplace, at }: BranchPlace): BranchName | { readonly error: StepError } {
  // as GitHub writes a branch of a fork
  if (name.includes(':')) return refused(say.foreignBranch(name));
  const { baseBranch } = context.state.facts;
  if (name === at.branch) return refused(say.runsBranch(name));
  if (name === (baseBranch ?? workplace.defaultBranch) || name === workplace.defaultBranch)
    return refused(say.runsBase(name));
  try {
    return existingBranchName(name);
  } catch (error) {
    if (error instanceof TroupeError) return refused(error.message);
    throw error;
  }
}

function refused(message: string): { readonly error: StepError } {
  return { error: { class: 'contract', code: 'git/changes', message } };
}
