// The built-in first step: branch, first empty commit and draft pull request; or nothing but the commits to read (decision 30).
import { runScope } from '../engine/index.ts';
import type { Facts, StepContext, StepOutcome, StepResult } from '../engine/index.ts';
import { existingBranchName, numberedBranch } from '../git/index.ts';
import type { BranchName, Sha } from '../support/index.ts';
import { TroupeError, defined } from '../support/index.ts';
import { headFacts, pausedOutcome, pushBranch } from './common/branch.ts';
import { gitMessages as messages } from './common/git-messages.ts';
import { openPullRequest, pullRequestFacts } from './common/pull-request.ts';
import { runCommit } from './common/run-commit.ts';
import { isOnlyOurs, isOurCommit } from './common/run-head.ts';
import type { StepServices, StepBody, Workplace } from './common/types.ts';
import { wantedBase, wantedBranch } from './common/wanted-branch.ts';

const mostNumbers = 50;

interface Base {
  readonly branch: BranchName;
  readonly sha: Sha;
}

/** The step type `prepare`. */
export const prepare: StepBody = {
  type: 'prepare',
  async execute(context, services): Promise<StepOutcome> {
    const paused = await pausedOutcome(context, services);
    if (paused !== undefined) return paused;
    const workplace = await services.workplace(context);
    await workplace.repository.fetch(context.signal);
    const base = await findBase(context, workplace);
    const result =
      workplace.pullRequest !== undefined
        ? await usePullRequest(context, workplace, workplace.pullRequest)
        : context.spec.workflow.branch === false
          ? await readOnly(workplace, base)
          : ((await continueBranch(context, workplace)) ?? (await makeBranch(context, { services, workplace }, base)));
    return { kind: 'succeeded', result };
  },
};

async function findBase(context: StepContext, workplace: Workplace): Promise<Base> {
  const named = wantedBase(context.spec, runScope(context.state, context.path));
  const name = existingBranchName(named ?? workplace.defaultBranch);
  const sha = context.spec.baseSha ?? (await workplace.repository.remoteBranch(name));
  if (sha === undefined) {
    throw new TroupeError('step/no-base-branch', messages.noBaseBranch(name), {
      class: 'config',
      hint: messages.noBaseBranchHint,
    });
  }
  return { branch: name, sha };
}

/** A task that is a pull request: its branch when it is in this repository, else its commits to read. */
async function usePullRequest(
  context: StepContext,
  workplace: Workplace,
  pullRequest: NonNullable<Workplace['pullRequest']>,
): Promise<StepResult> {
  const { repository } = workplace;
  const base = existingBranchName(pullRequest.baseRef);
  const isHere = pullRequest.headRepositoryId === context.spec.repository?.id;
  const head =
    (isHere ? await repository.remoteBranch(existingBranchName(pullRequest.headRef)) : undefined) ??
    pullRequest.headSha;
  await repository.ensureCommit(head, context.signal);
  const baseHead = await repository.remoteBranch(base);
  const baseSha = (baseHead === undefined ? undefined : await repository.mergeBase(baseHead, head)) ?? baseHead ?? head;
  const writes = isHere && context.spec.workflow.branch !== false;
  const facts: Facts = {
    ...(writes ? { branch: pullRequest.headRef } : {}),
    baseBranch: base,
    baseSha,
    ...(await headFacts(workplace, head)),
    pullRequest: pullRequestFacts(pullRequest),
  };
  return {
    outputs: { base, own_branch: false, ...(writes ? { branch: pullRequest.headRef } : {}) },
    summary: writes
      ? messages.prepared(pullRequest.headRef, { base, sha: baseSha }, pullRequest.number)
      : messages.readOnly(base, head),
    facts,
  };
}

async function readOnly(workplace: Workplace, base: Base): Promise<StepResult> {
  return {
    outputs: { base: base.branch, own_branch: false },
    summary: messages.readOnly(base.branch, base.sha),
    facts: { baseBranch: base.branch, baseSha: base.sha, ...(await headFacts(workplace, base.sha)) },
  };
}

/** A linked run goes on where the one before it stopped. One whose pull request is open no more needs another. */
async function continueBranch(context: StepContext, workplace: Workplace): Promise<StepResult | undefined> {
  const { followUp } = context.spec;
  if (followUp?.facts.branch === undefined) return undefined;
  const { baseBranch = workplace.defaultBranch, baseSha, pullRequest: known } = followUp.facts;
  const branch = existingBranchName(followUp.facts.branch);
  const head = await workplace.repository.remoteBranch(branch);
  if (head === undefined || baseSha === undefined) return undefined;
  const info = known === undefined ? undefined : await workplace.api?.pullRequest(known.number);
  if (info !== undefined && (info.merged || info.state === 'closed')) return undefined;
  const pullRequest =
    info === undefined ? known : { ...known, ...pullRequestFacts(info), ...defined({ ours: known?.ours }) };
  return {
    outputs: { branch, base: baseBranch, own_branch: true },
    summary: messages.continued(branch, followUp.run, pullRequest?.number),
    facts: {
      branch,
      baseBranch,
      baseSha,
      ...(followUp.facts.baseRewritten === true ? { baseRewritten: true } : {}),
      ...(await headFacts(workplace, head)),
      ...defined({ pullRequest }),
    },
  };
}

async function makeBranch(
  context: StepContext,
  { services, workplace }: { readonly services: StepServices; readonly workplace: Workplace },
  base: Base,
): Promise<StepResult> {
  const wanted = wantedBranch(context.spec, runScope(context.state, context.path));
  const before = await branchBefore(context, workplace, base);
  const made = before ?? (await takeBranch(context, workplace, { wanted, base }));
  const facts: Facts = {
    branch: made.branch,
    baseBranch: base.branch,
    baseSha: made.baseSha,
    ...(await headFacts(workplace, made.headSha)),
  };
  // known even if the pull request cannot be opened: `settle` then removes the branch
  await context.record?.({ type: 'facts.changed', data: facts });
  const request = { branch: made.branch, base: base.branch, draft: true };
  const opened = await openPullRequest(context, { services, workplace }, request);
  const supersedes = made.branch === wanted || before !== undefined ? [] : [messages.supersedes(wanted)];
  // why is told at the end, where GitHub is asked once more
  const warnings = opened.opening === 'refused' ? [messages.mayNotOpen(made.branch)] : [];
  return {
    outputs: { branch: made.branch, base: base.branch, own_branch: true, opening: opened.opening },
    summary: [
      messages.prepared(made.branch, { base: base.branch, sha: made.baseSha }, opened.pullRequest?.number),
      ...supersedes,
    ].join('. '),
    facts: { ...facts, ...defined({ pullRequest: opened.pullRequest }) },
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

/** The branch that the run before left, for a run that goes on from it (decision 13); undefined when it is gone or merged. */
async function branchBefore(
  { spec }: StepContext,
  { repository, api }: Workplace,
  base: Base,
): Promise<{ readonly branch: BranchName; readonly baseSha: Sha; readonly headSha: Sha } | undefined> {
  const facts = spec.followUp?.facts;
  if (facts?.branch === undefined) return undefined;
  const branch = existingBranchName(facts.branch);
  const headSha = await repository.remoteBranch(branch);
  const known = facts.pullRequest === undefined ? undefined : await api?.pullRequest(facts.pullRequest.number);
  if (headSha === undefined || known?.merged === true) return undefined;
  return { branch, baseSha: facts.baseSha ?? base.sha, headSha };
}

/** Takes the first name that is free, or that this run took before it was interrupted. */
async function takeBranch(
  context: StepContext,
  workplace: Workplace,
  { wanted, base }: { readonly wanted: BranchName; readonly base: Base },
): Promise<{ readonly branch: BranchName; readonly baseSha: Sha; readonly headSha: Sha }> {
  const { repository } = workplace;
  const { task } = context.spec;
  const first = await repository.emptyCommit(base.sha, {
    ...runCommit(context, workplace, messages.startCommit(task.number, task.title)),
    // the run's own time: made again after a crash, the commit is the same
    date: context.state.createdAt,
  });
  for (let number = 1; number <= mostNumbers; number += 1) {
    const branch = number === 1 ? wanted : numberedBranch(wanted, number);
    const there = await repository.remoteBranch(branch);
    if (there !== undefined) {
      const own = await ownStart(context, repository, { from: base.sha, to: there });
      if (own === undefined) continue;
      return {
        branch,
        baseSha: own.from,
        headSha: await backToStart(context, workplace, { branch, there, start: own.sha }),
      };
    }
    try {
      await pushBranch(context, workplace, { branch, commit: first, expected: null });
      return { branch, baseSha: base.sha, headSha: first };
    } catch (error) {
      if (!(error instanceof TroupeError) || error.code !== 'git/stale') throw error;
      // somebody took the name since the fetch: the next one
      if ((await repository.lookUpBranch(branch, context.signal)) === undefined) throw error;
    }
  }
  throw new TroupeError('step/no-free-branch', messages.noFreeBranch(wanted), { class: 'config' });
}

/**
 * What this run has on top of its first commit is from a life that its journal knows nothing of: whoever does the steps again starts
 * where the first ones did. What others have pushed stays.
 */
async function backToStart(
  context: StepContext,
  workplace: Workplace,
  { branch, there, start }: { readonly branch: BranchName; readonly there: Sha; readonly start: Sha },
): Promise<Sha> {
  const isAlone = await isOnlyOurs(workplace.repository, { run: context.run, from: start, to: there });
  if (there === start || !isAlone) return there;
  await pushBranch(context, workplace, { branch, commit: start, expected: there });
  return start;
}

/** The first commit of the branch, when it is this run's, and the one that it started from. */
async function ownStart(
  context: StepContext,
  repository: Workplace['repository'],
  { from, to }: { readonly from: Sha; readonly to: Sha },
): Promise<{ readonly sha: Sha; readonly from: Sha } | undefined> {
  const [first] = await repository.log(from, to);
  if (first === undefined || !(await isOurCommit(repository, context.run, first.sha))) return undefined;
  const [parent] = await repository.parentsOf(first.sha);
  return parent === undefined ? undefined : { sha: first.sha, from: parent };
}
