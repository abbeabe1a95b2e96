// Brings a step's commit to the run's branch, once, with a lease. Never overwrites what anybody else pushed, and loses nothing.
import type { StepContext } from '../engine/index.ts';
import type { GitRepository } from '../git/index.ts';
import { isSha, TroupeError } from '../support/index.ts';
import type { BranchName, Sha, StepPath } from '../support/index.ts';
import { runTrailer, stepTrailer } from './common/commit-message.ts';
import { keepCommit } from './kept-commit.ts';
import { personaStepMessages } from './common/messages.ts';
import { isOnlyOurs } from './common/run-head.ts';
import { timesTakenBack } from './common/take-back.ts';
import type { Workplace } from './common/types.ts';

/** What is pushed where. */
export interface Push {
  readonly context: StepContext;
  readonly workplace: Workplace;
  readonly branch: BranchName;
  /** The step's commit. */
  readonly sha: Sha;
  /** The head the step started from: the lease. */
  readonly from: Sha;
  /** The step that made it, where another one pushes it: whatever others pushed since stands before it. */
  readonly madeBy?: StepPath;
}

const maxTries = 5;

/** Pushes the commit. Returns it as it stands on the branch: another id when steps that ran beside it pushed first. */
export async function pushCommit(push: Push): Promise<Sha> {
  const { context, branch, sha } = push;
  // what was rolled back is not on the branch any more, although it was pushed once
  const again = timesTakenBack(context);
  const effect = {
    key: again === 0 ? `push:${sha}` : `push:${sha}:${again}`,
    what: personaStepMessages.push(sha, branch),
    lookUp: () => findPushed(push),
    apply: () => pushOnto(push),
  };
  try {
    const pushed = await context.effect(effect);
    return isSha(pushed) ? pushed : sha;
  } catch (error) {
    throw error instanceof TroupeError && error.code === 'git/stale' ? await keepCommit(push, error) : error;
  }
}

async function findPushed(push: Push): Promise<string | undefined> {
  const { context, workplace, branch, sha, from } = push;
  const { repository } = workplace;
  const remote = await repository.lookUpBranch(branch, context.signal);
  if (remote === undefined || remote === from) return undefined;
  if (remote === sha) return sha;
  await repository.fetch(context.signal);
  if (await repository.isAncestor(sha, remote)) return sha;
  return isBeside(push)
    ? findRebased(repository, push, await oursUpTo(repository, context, { from, to: remote }))
    : undefined;
}

/** Other steps may have moved the branch since it was begun. */
function isBeside({ context, madeBy }: Push): boolean {
  return madeBy !== undefined || context.overlaps;
}

/** The commits of the run since the step began; where they were put into another order meanwhile, all since its base. */
async function oursUpTo(
  repository: GitRepository,
  { state }: StepContext,
  range: { readonly from: Sha; readonly to: Sha },
): Promise<{ readonly from: Sha; readonly to: Sha }> {
  return (await repository.isAncestor(range.from, range.to))
    ? range
    : { ...range, from: state.facts.baseSha ?? range.from };
}

/** Our commit under another id: rebased onto what came first. */
async function findRebased(
  repository: GitRepository,
  { context, madeBy = context.path }: Push,
  range: { readonly from: Sha; readonly to: Sha },
): Promise<string | undefined> {
  if (!(await repository.isAncestor(range.from, range.to))) return undefined;
  for (const commit of await repository.log(range.from, range.to)) {
    const trailers = await repository.trailers(commit.sha);
    if (trailers[runTrailer]?.includes(context.run) === true && trailers[stepTrailer]?.includes(madeBy) === true)
      return commit.sha;
  }
  return undefined;
}

async function pushOnto(push: Push): Promise<string> {
  const { context, workplace, branch, from } = push;
  let commit = push.sha;
  let expected = from;
  for (let tries = 1; ; tries += 1) {
    await context.fence();
    try {
      await workplace.repository.push({ commit, branch, expected, signal: context.signal });
      return commit;
    } catch (error) {
      if (!(error instanceof TroupeError) || error.code !== 'git/stale') throw error;
      // a connection that broke after the push: git sends it again by itself and finds its own commit there
      if ((await workplace.repository.lookUpBranch(branch, context.signal)) === commit) return commit;
      if (!isBeside(push) || tries >= maxTries) throw error;
      expected = await newHead(push, error);
      commit = await rebased(push, expected);
    }
  }
}

async function newHead({ context, workplace, branch, from }: Push, stale: TroupeError): Promise<Sha> {
  const { repository } = workplace;
  await repository.fetch(context.signal);
  const remote = await repository.remoteBranch(branch);
  if (remote === undefined) throw stale;
  const range = await oursUpTo(repository, context, { from, to: remote });
  if (!(await isOnlyOurs(repository, { run: context.run, ...range }))) throw stale;
  return remote;
}

async function rebased({ workplace, branch, sha, from }: Push, onto: Sha): Promise<Sha> {
  const done = await workplace.repository.rebase({ from, to: sha }, onto, workplace.author);
  if ('commit' in done) return done.commit;
  throw new TroupeError('git/conflict', personaStepMessages.conflict(branch, done.conflict), {
    class: 'failed',
    hint: personaStepMessages.conflictHint(),
  });
}
