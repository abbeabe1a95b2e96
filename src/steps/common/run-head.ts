// The commit a step works on: the head of the run's branch, or the base where there is none. Reads only.
import type { StepContext } from '../../engine/index.ts';
import type { GitRepository } from '../../git/index.ts';
import { TroupeError } from '../../support/index.ts';
import type { BranchName, Sha } from '../../support/index.ts';
import { runTrailer } from './commit-message.ts';
import { personaStepMessages } from './messages.ts';
import type { Workplace } from './types.ts';

/** Where a step starts. */
export interface RunHead {
  readonly head: Sha;
  /** undefined: the workflow writes to no branch. */
  readonly branch: BranchName | undefined;
  readonly base: Sha | undefined;
}

/** The head as the run knows it, with what steps that ran beside each other have pushed since. */
export async function findRunHead(context: StepContext, workplace: Workplace): Promise<RunHead> {
  const { facts } = context.state;
  const base = facts.baseSha ?? context.spec.baseSha;
  // `prepare` checked the name when it made the branch
  const branch = context.spec.workflow.branch === false ? undefined : (facts.branch as BranchName | undefined);
  const known = facts.headSha ?? (branch === undefined ? workplace.pullRequest?.headSha : undefined) ?? base;
  const head = known ?? (await workplace.repository.remoteBranch(workplace.defaultBranch as BranchName)); // named by GitHub or git itself
  if (head === undefined) throw new TroupeError('step/no-commit', personaStepMessages.noCommit(), { class: 'failed' });
  // told of from outside, or rewritten on the remote since, and the mirror is a new one: then no fetched branch holds it
  if (branch !== undefined && facts.headSha !== undefined)
    await workplace.repository.ensureCommit(head, context.signal);
  // no branch of ours holds the head of a fork's pull request, and a workflow without a branch prepares nothing
  if (branch === undefined && (workplace.pullRequest !== undefined || context.spec.baseSha !== undefined))
    await workplace.repository.ensureCommit(head, context.signal);
  return {
    head: branch === undefined ? head : await newestOurs({ context, repository: workplace.repository, branch, head }),
    branch,
    base,
  };
}

/** Whether every commit between the two is by this run. */
export async function isOnlyOurs(
  repository: GitRepository,
  { run, from, to }: { readonly run: string; readonly from: Sha; readonly to: Sha },
): Promise<boolean> {
  if (!(await repository.isAncestor(from, to))) return false;
  for (const { sha } of await repository.log(from, to)) if (!(await isOurCommit(repository, run, sha))) return false;
  return true;
}

/** Whether the commit says that it is by this run. */
export async function isOurCommit(repository: GitRepository, run: string, sha: Sha): Promise<boolean> {
  return (await repository.trailers(sha))[runTrailer]?.includes(run) === true;
}

/** Steps that overlapped each told of their own commit; the branch tells of all. */
async function newestOurs(at: {
  readonly context: StepContext;
  readonly repository: GitRepository;
  readonly branch: BranchName;
  readonly head: Sha;
}): Promise<Sha> {
  const { context, repository, branch, head } = at;
  const overlapped = [...context.state.steps.values()].some(
    (step) => step.parent !== undefined && (step.result?.filesChanged?.length ?? 0) > 0,
  );
  if (!overlapped) return head;
  await repository.fetch(context.signal);
  const remote = await repository.remoteBranch(branch);
  if (remote === undefined || remote === head) return head;
  return (await isOnlyOurs(repository, { run: context.run, from: head, to: remote })) ? remote : head;
}
