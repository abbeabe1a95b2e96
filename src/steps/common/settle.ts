// The built-in last step, run in any case: no half-open pull request and no empty branch is left behind (decision 30).
import { runScope } from '../../engine/index.ts';
import type { Facts, StepContext, StepOutcome, StepResult } from '../../engine/index.ts';
import type { Json, Sha } from '../../support/index.ts';
import { isObject, TroupeError } from '../../support/index.ts';
import { branchOf, isOwnBranch, runBranch } from './branch.ts';
import type { RunBranch } from './branch.ts';
import { readCheckpoint } from './persona-checkpoint.ts';
import { publishFinalHead } from './final-head.ts';
import { gitMessages as messages } from './git-messages.ts';
import { requireFits } from './preflight.ts';
import { closePullRequest, finishPullRequest, isOurPull, lastPullRequest, shortfallOf } from './pull-request.ts';
import { whatRemoteHas } from './remote-head.ts';
import { keepPatch } from './run-patch.ts';
import { contextWith, followBase } from './rewritten-base.ts';
import { takeBackLate } from './take-back.ts';
import type { StepServices, StepBody, Workplace } from './types.ts';

/** The step type `settle`. */
export const settle: StepBody = {
  type: 'settle',
  async execute(context, services): Promise<StepOutcome> {
    const { branch, pullRequest } = context.state.facts;
    if (branch === undefined) return done({ outputs: {}, summary: messages.nothingToSettle });
    if (pullRequest?.state === 'merged') return done({ outputs: {}, summary: messages.merged });
    const workplace = await services.workplace(context);
    if (!(await isOwnBranch(context, workplace))) {
      await keepPatch(context, { services, workplace }, await runBranch(context, workplace));
      return done({ outputs: {}, summary: messages.leftOpen(branch) });
    }
    const isGood = isSuccess(context);
    const late = isGood ? { context, sentences: [] } : await takeBackLate(context, workplace);
    const place = await runBranch(late.context, workplace);
    await keepPatch(late.context, { services, workplace }, place);
    const there = await whatRemoteHas(late.context, workplace, place);
    if (there.kind === 'gone') return done(await afterDeletion(late.context, workplace, place));
    if (there.kind === 'others' && !(isGood && (await isToFinish(context, workplace, place))))
      return done(leftToOthers(context, workplace, late.sentences));
    // one that a person opened is theirs to close, and it goes with its branch
    const isTheirs = pullRequest?.state === 'open' && !isOurPull(pullRequest);
    if (
      there.kind === 'ours' &&
      !isTheirs &&
      (await isEmpty(workplace, place, { there: there.head, delivers: isGood }))
    )
      return done(await dropBranch(late.context, workplace, { ...place, headSha: there.head }));
    if (isGood) return done(await deliver(await onNewBase(context, workplace), services, workplace));
    const stays = workplace.api === undefined ? messages.staysLocal(branch) : messages.staysDraft(branch);
    return done({ outputs: {}, summary: [stays, ...late.sentences].join('. ') });
  },
};

/** Whether the branch has nothing that its base has not. */
export async function hasNoDifference(workplace: Workplace, { baseSha, headSha }: RunBranch): Promise<boolean> {
  const { repository } = workplace;
  return (await repository.treeOf(baseSha)) === (await repository.treeOf(headSha));
}

/** The reason of the no-op that a persona of the run declared; undefined when none did. */
export function declaredNoop(context: StepContext): string | undefined {
  return [...context.state.steps.values()].find(({ result }) => result?.noop !== undefined)?.result?.noop;
}

/** Deletes the run's own branch with a lease; false when somebody else pushed to it. */
export async function deleteBranch(context: StepContext, workplace: Workplace, place: RunBranch): Promise<boolean> {
  const { branch, headSha } = place;
  try {
    await context.effect({
      key: `delete-branch:${branch}`,
      what: messages.deletingBranch(branch),
      async lookUp(): Promise<Json | undefined> {
        return (await workplace.repository.lookUpBranch(branch, context.signal)) === undefined ? null : undefined;
      },
      async apply(): Promise<Json> {
        await context.fence();
        await workplace.repository.deleteRemoteBranch(branch, headSha, context.signal);
        return null;
      },
    });
    return true;
  } catch (error) {
    if (error instanceof TroupeError && error.code === 'git/stale') return false;
    throw error;
  }
}

async function dropBranch(context: StepContext, workplace: Workplace, place: RunBranch): Promise<StepResult> {
  const reason = declaredNoop(context) ?? (wasRefused(context) ? messages.notTaken : messages.noDifference);
  const { pullRequest } = context.state.facts;
  const { api } = workplace;
  // first the branch, with its lease: who pushes in between keeps the pull request
  if (!(await deleteBranch(context, workplace, place))) return leftToOthers(context, workplace, []);
  if (api !== undefined && pullRequest?.state === 'open' && isOurPull(pullRequest))
    await closePullRequest(context, api, pullRequest.number);
  const facts: Facts = pullRequest === undefined ? {} : { pullRequest: { ...pullRequest, state: 'closed' } };
  return {
    outputs: { closed: true },
    summary: pullRequest === undefined ? messages.noChangeLocal(reason) : messages.noChange(reason),
    facts,
  };
}

/** Whether a step had made something that a rule of the server kept off the branch. */
function wasRefused({ state }: StepContext): boolean {
  return [...state.steps.values()].some(
    ({ error, checkpoint }) => error?.code === 'git/refused' && readCheckpoint(checkpoint)?.sha !== undefined,
  );
}

/** Nothing on the remote, and nothing that is about to get there. */
async function isEmpty(
  workplace: Workplace,
  place: RunBranch,
  { there, delivers }: { readonly there: Sha; readonly delivers: boolean },
): Promise<boolean> {
  if (!(await hasNoDifference(workplace, { ...place, headSha: there }))) return false;
  return !delivers || hasNoDifference(workplace, place);
}

/** Whether there is work of the run that nobody has finished: then its end fails where others stand on it. */
async function isToFinish(context: StepContext, workplace: Workplace, place: RunBranch): Promise<boolean> {
  const { pullRequest } = context.state.facts;
  const isDone = pullRequest !== undefined && !isUnfinished(context, pullRequest.number);
  return !isDone && !(await hasNoDifference(workplace, place));
}

/** Somebody else pushed to the branch: it is theirs to decide about. */
function leftToOthers(context: StepContext, { api }: Workplace, sentences: readonly string[]): StepResult {
  const { branch = '', pullRequest } = context.state.facts;
  const number = api === undefined ? undefined : pullRequest?.number;
  return { outputs: {}, summary: [messages.leftToOthers(branch, number), ...sentences].join('. ') };
}

/** Somebody deleted the branch, or this run did: by a step for it, or because nothing was on it. It is never brought back. */
async function afterDeletion(context: StepContext, workplace: Workplace, place: RunBranch): Promise<StepResult> {
  if (isDeletedHere(context, place.branch))
    return (await hasNoDifference(workplace, place))
      ? dropBranch(context, workplace, place)
      : { outputs: {}, summary: messages.deleted(place.branch) };
  const { pullRequest } = context.state.facts;
  const now = pullRequest === undefined ? undefined : await workplace.api?.pullRequest(pullRequest.number);
  if (now?.merged === true) return { outputs: {}, summary: messages.merged };
  if (!isSuccess(context)) return { outputs: {}, summary: messages.branchGone(place.branch) };
  throw new TroupeError('step/branch-gone', messages.branchGone(place.branch), { hint: messages.branchGoneHint });
}

/** A base that was rewritten under judged work leaves it unjudged. */
async function onNewBase(context: StepContext, workplace: Workplace): Promise<StepContext> {
  const facts = await followBase(context, workplace);
  const isJudged = [...context.state.steps.values()].some(({ result }) => result?.verdict !== undefined);
  if (facts?.headSha !== undefined && isJudged)
    throw new TroupeError('step/verdict-outdated', messages.judgedBefore, { hint: messages.outdatedHint });
  return contextWith(context, facts);
}

async function deliver(context: StepContext, services: StepServices, workplace: Workplace): Promise<StepResult> {
  const { branch } = branchOf(context);
  const { api, botLogin } = workplace;
  const known = context.state.facts.pullRequest;
  if (api !== undefined && (known === undefined || isUnfinished(context, known.number)))
    await requireFits(context, workplace);
  const head = await publishFinalHead(context, workplace);
  if (api === undefined) return { outputs: {}, summary: messages.branchReady(branch), facts: head };
  const opened = await lastPullRequest(context, services, workplace);
  const pullRequest = opened.pullRequest ?? context.state.facts.pullRequest;
  if (pullRequest === undefined) {
    return { outputs: {}, summary: messages.branchReady(branch), facts: head, ...shortfallOf(opened) };
  }
  if (!isUnfinished(context, pullRequest.number)) {
    return { outputs: {}, summary: messages.isReady(pullRequest.number), facts: head };
  }
  const finished = await finishPullRequest(context, { services, api, botLogin }, { pullRequest });
  return {
    outputs: { finished: pullRequest.number },
    summary: finished.pullRequest.draft ? messages.branchReady(branch) : messages.isReady(pullRequest.number),
    facts: { ...head, pullRequest: finished.pullRequest },
    warnings: finished.warnings,
  };
}

/** No step of the file has written the final text: then it is done here. */
function isUnfinished(context: StepContext, number: number): boolean {
  return ![...context.state.steps.values()].some(({ result }) => result?.outputs['finished'] === number);
}

function isDeletedHere({ state }: StepContext, branch: string): boolean {
  return [...state.steps.values()].some(({ effects }) => `delete-branch:${branch}` in effects);
}

function isSuccess(context: StepContext): boolean {
  const { run } = runScope(context.state);
  const status = isObject(run) ? run['status'] : undefined;
  return status === 'succeeded' || status === 'degraded';
}

function done(result: StepResult): StepOutcome {
  return { kind: 'succeeded', result };
}
