// Takes the commits of one step off the run's branch: by resetting it, or by a commit of the opposite where others stand on them.
import { asksPersona } from '../../definition/index.ts';
import { stepAt } from '../../engine/index.ts';
import type { Facts, StepContext } from '../../engine/index.ts';
import { existingBranchName } from '../../git/index.ts';
import type { GitRepository } from '../../git/index.ts';
import type { BranchName, Json, Sha } from '../../support/index.ts';
import { headFacts, isOwnBranch } from './branch.ts';
import { runTrailer, stepTrailer } from './commit-message.ts';
import { gitMessages as messages } from './git-messages.ts';
import { readCheckpoint } from './persona-checkpoint.ts';
import { contextWith } from './rewritten-base.ts';
import { runCommit } from './run-commit.ts';
import type { Workplace } from './types.ts';

/** What became of a step's commits. */
export interface TakenBack {
  /** For people. */
  readonly sentence: string;
  /** Where the branch stands now; undefined where it was left as it is. */
  readonly facts?: Facts;
}

/** How often this step's work has been taken back, planned or done: what it pushes after that is another push. */
export function timesTakenBack({ state, path }: Pick<StepContext, 'state' | 'path'>): number {
  return Object.keys(state.steps.get(path)?.effects ?? {}).filter((key) => key.startsWith(effectPrefix)).length;
}

/** Brings the branch to where it was without this step, and records that; undefined where the step had pushed nothing. */
export async function takeBack(context: StepContext, workplace: Workplace): Promise<TakenBack | undefined> {
  const name = context.state.facts.branch;
  const start = startOf(context);
  if (name === undefined || start === undefined) return undefined;
  const { repository } = workplace;
  const branch = existingBranchName(name);
  const now = await repository.lookUpBranch(branch, context.signal);
  if (now === undefined) return undefined;
  await repository.ensureCommit(now, context.signal);
  const pushed = now === start ? [] : await commitsSince(context, repository, { start, now });
  const own = pushed.filter(({ by }) => by === 'step').map(({ sha }) => sha);
  if (own.length === 0 && (now !== start || timesTakenBack(context) === 0)) return undefined;
  // an attempt before this one has reset the branch and did not live to say so
  if (now === start)
    return recorded(context, workplace, { target: start, sentence: messages.takenBack(branch, start) });
  if (!(await isOwnBranch(context, workplace)))
    return { sentence: messages.notTakenBack(branch, messages.notOursBranch) };
  if (pushed.some(({ by }) => by === 'others'))
    return { sentence: messages.notTakenBack(branch, messages.othersOnTop) };
  const isAll = own.length === pushed.length;
  const target = isAll ? start : await opposite(context, workplace, { own, now });
  if (target === undefined) return { sentence: messages.notTakenBack(branch, messages.othersDependOnIt) };
  await move(context, workplace, { branch, now, target });
  const sentence = isAll ? messages.takenBack(branch, start) : messages.reverseCommitted(branch, target);
  return recorded(context, workplace, { target, sentence });
}

/**
 * What steps with `rollback` pushed that were ended by their timeout: they could not take it back themselves. Answers with the
 * context as it is then, and what is to be said.
 */
export async function takeBackLate(
  context: StepContext,
  workplace: Workplace,
): Promise<{ readonly context: StepContext; readonly sentences: readonly string[] }> {
  let now = context;
  const sentences: string[] = [];
  for (const state of [...context.state.steps.values()].toReversed()) {
    const { path } = state;
    if (state.status !== 'timed_out' || state.checkpoint === undefined) continue;
    const step = stepAt(context.state, path);
    if (step?.rollback !== true) continue;
    const done = await takeBack({ ...contextWith(now, {}), step, path, resumed: state.checkpoint }, workplace);
    if (done !== undefined) sentences.push(done.sentence);
    now = contextWith(now, done?.facts);
  }
  return { context: now, sentences };
}

const effectPrefix = 'rollback:';

/** The head the step began on. An attempt that goes on after a crash knows it from its checkpoint: the facts may be newer. */
function startOf(context: StepContext): Sha | undefined {
  return readCheckpoint(context.resumed)?.from ?? context.state.facts.headSha;
}

interface Pushed {
  readonly sha: Sha;
  /** This step, a step of the same run, or somebody else. */
  readonly by: 'step' | 'run' | 'others';
}

/** The commits on the branch since the start, oldest first. A branch that the run itself rewrote shares only what it began on. */
async function commitsSince(
  context: StepContext,
  repository: GitRepository,
  { start, now }: { readonly start: Sha; readonly now: Sha },
): Promise<Pushed[]> {
  const isOnTop = await repository.isAncestor(start, now);
  const from = isOnTop ? start : ((await repository.mergeBase(start, now)) ?? start);
  const found: Pushed[] = [];
  for (const { sha } of await repository.log(from, now)) {
    const trailers = await repository.trailers(sha);
    const isOfRun = trailers[runTrailer]?.includes(context.run) === true;
    const step = trailers[stepTrailer]?.[0];
    // commits of git operations name no step
    const isOfStep = step === undefined ? !asksPersona(context.step) : step === context.path;
    found.push({ sha, by: !isOfRun ? 'others' : isOfStep || !isOnTop ? 'step' : 'run' });
  }
  return found;
}

/** Commits of the opposite on top of the head, newest first; undefined where later work stands in the way. */
async function opposite(
  context: StepContext,
  workplace: Workplace,
  { own, now }: { readonly own: readonly Sha[]; readonly now: Sha },
): Promise<Sha | undefined> {
  let head = now;
  for (const sha of own.toReversed()) {
    const commit = runCommit(context, workplace, messages.revertCommit(sha));
    const done = await workplace.repository.revert(sha, head, commit);
    if ('conflict' in done) return undefined;
    head = done.commit;
  }
  return head;
}

async function move(
  context: StepContext,
  { repository }: Workplace,
  { branch, now, target }: { readonly branch: BranchName; readonly now: Sha; readonly target: Sha },
): Promise<void> {
  await context.effect({
    key: `${effectPrefix}${context.path}:${context.attempt}:${now}`,
    what: messages.rollingBack(branch, target),
    async lookUp(): Promise<Json | undefined> {
      return (await repository.lookUpBranch(branch, context.signal)) === target ? { sha: target } : undefined;
    },
    async apply(): Promise<Json> {
      await context.fence();
      await repository.push({ branch, commit: target, expected: now, signal: context.signal });
      return { sha: target };
    },
  });
}

async function recorded(
  context: StepContext,
  workplace: Workplace,
  { target, sentence }: { readonly target: Sha; readonly sentence: string },
): Promise<TakenBack> {
  const facts = await headFacts(workplace, target);
  await context.record?.({ type: 'facts.changed', data: facts });
  return { sentence, facts };
}
