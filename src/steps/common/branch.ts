// The run's branch as its facts tell it, and the one way to push to it. Never pushes the default branch.
import type { Facts, StepContext, StepOutcome } from '../../engine/index.ts';
import { existingBranchName } from '../../git/index.ts';
import type { BranchName, Json, Sha } from '../../support/index.ts';
import { TroupeError } from '../../support/index.ts';
import { runTrailer } from './commit-message.ts';
import { gitMessages as messages } from './git-messages.ts';
import { findRunHead } from './run-head.ts';
import type { StepServices, Workplace } from './types.ts';

/** A branch that a run works on. */
export interface RunBranch {
  readonly branch: BranchName;
  readonly baseBranch: string;
  readonly baseSha: Sha;
  readonly headSha: Sha;
}

/** The run's branch; throws when the run has none. */
export function branchOf(context: StepContext): RunBranch {
  const { branch, baseBranch, baseSha, headSha } = context.state.facts;
  if (branch === undefined || baseBranch === undefined || baseSha === undefined || headSha === undefined) {
    throw new TroupeError('step/no-branch', messages.noBranch(context.step.name), {
      class: 'config',
      hint: messages.noBranchHint,
    });
  }
  return { branch: existingBranchName(branch), baseBranch, baseSha, headSha };
}

/** The run's branch with the newest head: steps that ran beside each other have each told of their own commit only. */
export async function runBranch(context: StepContext, workplace: Workplace): Promise<RunBranch> {
  const { head } = await findRunHead(context, workplace);
  return { ...branchOf(context), headSha: head };
}

/**
 * Whether the run made the branch: only then may it be rewritten or deleted. Told by the step that made it, or by the
 * branch's first commit where that step did not live to tell.
 */
export async function isOwnBranch(context: StepContext, workplace: Workplace): Promise<boolean> {
  const { branch, baseSha, headSha } = context.state.facts;
  if (branch === undefined || baseSha === undefined || headSha === undefined) return false;
  const results = [...context.state.steps.values()].map(({ result }) => result?.outputs ?? {});
  const told = results.find((outputs) => outputs['branch'] === branch && outputs['own_branch'] !== undefined);
  if (told !== undefined) return told['own_branch'] === true;
  await workplace.repository.ensureCommit(headSha, context.signal);
  const [first] = await workplace.repository.log(baseSha, headSha);
  if (first === undefined) return false;
  const trailers = await workplace.repository.trailers(first.sha);
  return trailers[runTrailer]?.includes(context.run) === true;
}

/** Facts of a new head. */
export async function headFacts(workplace: Workplace, headSha: Sha): Promise<Facts> {
  return { headSha, headTree: await workplace.repository.treeOf(headSha) };
}

/** A push as an effect of the step: never repeated, never over commits that are not in `commit` unless they are `expected`. */
export async function pushBranch(
  context: StepContext,
  workplace: Workplace,
  push: { readonly branch: BranchName; readonly commit: Sha; readonly expected: Sha | null },
): Promise<void> {
  const { branch, commit, expected } = push;
  if (branch === workplace.defaultBranch || branch === context.state.facts.baseBranch) {
    throw new TroupeError('step/default-branch', messages.defaultBranch(branch), { class: 'config' });
  }
  const lookUp = async (): Promise<Json | undefined> =>
    (await workplace.repository.lookUpBranch(branch, context.signal)) === commit ? { sha: commit } : undefined;
  await context.effect({
    key: `push:${branch}:${commit}`,
    what: messages.pushing(branch, commit),
    lookUp,
    async apply(): Promise<Json> {
      await context.fence();
      try {
        await workplace.repository.push({ branch, commit, expected, signal: context.signal });
      } catch (error) {
        // a connection that broke after the push: git sends it again by itself and finds its own commit there
        const there = error instanceof TroupeError && error.code === 'git/stale' ? await lookUp() : undefined;
        if (there === undefined) throw error;
      }
      return { sha: commit };
    },
  });
}

/** Pushes what the branch has locally on top of what the remote has; other people's commits are never forced away. */
export async function publishHead(context: StepContext, workplace: Workplace): Promise<boolean> {
  const { branch, headSha } = await runBranch(context, workplace);
  const remote = await workplace.repository.lookUpBranch(branch, context.signal);
  if (remote === headSha) return false;
  await requireOnTop(workplace, { branch, remote, head: headSha });
  await pushBranch(context, workplace, { branch, commit: headSha, expected: remote ?? null });
  return true;
}

/** Throws `git/stale` when the remote branch has commits that the head has not, `step/branch-gone` when somebody deleted it. */
export async function requireOnTop(
  workplace: Workplace,
  { branch, remote, head }: { readonly branch: BranchName; readonly remote: Sha | undefined; readonly head: Sha },
): Promise<void> {
  if (remote === undefined)
    throw new TroupeError('step/branch-gone', messages.branchGone(branch), { hint: messages.branchGoneHint });
  if (remote === head) return;
  await workplace.repository.ensureCommit(remote);
  if (await workplace.repository.isAncestor(remote, head)) return;
  throw new TroupeError('git/stale', messages.movedOn(branch), { hint: messages.movedOnHint });
}

/** How long a paused run sleeps before it looks again. */
const pauseMs = 15_000;

/** What a step answers while `troupe:paused` is on the issue; undefined when it may go on. */
export async function pausedOutcome(context: StepContext, services: StepServices): Promise<StepOutcome | undefined> {
  if (!(await services.isPaused(context))) return undefined;
  return { kind: 'waiting', for: 'timer', until: services.clock.now() + pauseMs, message: messages.paused };
}
