// Commits of steps that worked beside each other, put into the order of the items or of the file (decision 27). Never changes what they come to.
import { doesGit, rankingsIn, stepAt } from '../../engine/index.ts';
import type { StepContext } from '../../engine/index.ts';
import { TroupeError } from '../../support/index.ts';
import type { Sha, StepPath } from '../../support/index.ts';
import { headFacts, isOwnBranch, runBranch } from './branch.ts';
import type { RunBranch } from './branch.ts';
import { runTrailer, stepTrailer } from './commit-message.ts';
import { gitMessages as messages } from './git-messages.ts';
import type { Workplace } from './types.ts';

/** A commit of the run; `step`: which step made it. */
export interface StepCommit {
  readonly sha: Sha;
  readonly step?: StepPath;
}

/** Each commit came when its step ended; where each belongs says the file. Own branches only, and not while a git operation works on them. */
export async function putInOrder(context: StepContext, workplace: Workplace): Promise<void> {
  if (context.state.facts.branch === undefined || isWorkedOn(context)) return;
  if (!(await isOwnBranch(context, workplace))) return;
  const place = await runBranch(context, workplace);
  const known = context.state.facts.headSha;
  const sha = await context.effect({
    key: `order:${context.attempt}`,
    what: messages.ordering(place.branch),
    lookUp: () => earlierTry(context, workplace, place),
    apply: async () => (await earlierTry(context, workplace, place)) ?? pushOrdered(context, workplace, place),
  });
  // an interrupted attempt may have told it before
  if (sha !== known) await context.record?.({ type: 'facts.changed', data: await headFacts(workplace, sha as Sha) }); // kept by this function
}

/** The commits with those of each ranking in its order, in the places that they have now. Those of one rank stay as they are. */
export function inOrder(
  commits: readonly StepCommit[],
  rankings: readonly ReadonlyMap<StepPath, number>[],
): readonly StepCommit[] {
  let ordered = commits;
  for (const ranking of rankings) {
    const rankOf = ({ step }: StepCommit): number | undefined => (step === undefined ? undefined : ranking.get(step));
    const ranked = ordered.filter((commit) => rankOf(commit) !== undefined);
    const sorted = ranked.toSorted((a, b) => (rankOf(a) ?? 0) - (rankOf(b) ?? 0)).values();
    ordered = ordered.map((commit) => (rankOf(commit) === undefined ? commit : (sorted.next().value ?? commit)));
  }
  return ordered;
}

/** Whether a git operation executes beside: it takes the branch for what it was. What a persona makes is put onto whatever is there. */
function isWorkedOn({ state }: StepContext): boolean {
  return [...state.steps.values()].some(({ status, path }) => {
    const step = status === 'running' ? stepAt(state, path) : undefined;
    return step !== undefined && doesGit(step);
  });
}

/** What an interrupted attempt pushed: our own commits, with the same files. */
async function earlierTry(
  context: StepContext,
  { repository }: Workplace,
  { branch, baseSha, headSha }: RunBranch,
): Promise<Sha | undefined> {
  const remote = await repository.lookUpBranch(branch, context.signal);
  if (remote === undefined || remote === headSha) return undefined;
  await repository.ensureCommit(remote, context.signal);
  if ((await repository.treeOf(remote)) !== (await repository.treeOf(headSha))) return undefined;
  if (!(await repository.isAncestor(baseSha, remote))) return undefined;
  return (await commitsOf(context, { repository }, { baseSha, headSha: remote })) === undefined ? undefined : remote;
}

/** Pushes them in their order. Answers with the head as it was where there is nothing to do, or where it cannot be done. */
async function pushOrdered(context: StepContext, workplace: Workplace, place: RunBranch): Promise<Sha> {
  const { repository } = workplace;
  const { branch, headSha } = place;
  const commits = await commitsOf(context, workplace, place);
  const head = commits === undefined ? headSha : await reordered(context, workplace, { commits, headSha });
  if (head === headSha) return headSha;
  await context.fence();
  try {
    await repository.push({ branch, commit: head, expected: headSha, signal: context.signal });
    return head;
  } catch (error) {
    // somebody pushed meanwhile, or a rule forbids it: all of it is there, in the order in which it came
    if (!(error instanceof TroupeError) || !['git/stale', 'git/refused'].includes(error.code)) throw error;
    // a connection that broke after the push: git sends it again by itself and finds its own commit there
    return (await repository.lookUpBranch(branch, context.signal)) === head ? head : headSha;
  }
}

/** The run's commits on its branch, oldest first; undefined where others have theirs among them. */
async function commitsOf(
  context: StepContext,
  { repository }: Pick<Workplace, 'repository'>,
  { baseSha, headSha }: Pick<RunBranch, 'baseSha' | 'headSha'>,
): Promise<readonly StepCommit[] | undefined> {
  const found: StepCommit[] = [];
  for (const { sha } of await repository.log(baseSha, headSha)) {
    const trailers = await repository.trailers(sha);
    if (trailers[runTrailer]?.includes(context.run) !== true) return undefined;
    const step = trailers[stepTrailer]?.[0];
    found.push(step === undefined ? { sha } : { sha, step: step as StepPath }); // written by the run itself
  }
  return found;
}

/** The head of the commits in their order; the head as it is where they do not fit on each other that way, or come to something else. */
async function reordered(
  context: StepContext,
  { repository, author }: Workplace,
  { commits, headSha }: { readonly commits: readonly StepCommit[]; readonly headSha: Sha },
): Promise<Sha> {
  const wanted = inOrder(commits, rankingsIn(context.state, context.path));
  const from = wanted.findIndex(({ sha }, index) => sha !== commits[index]?.sha);
  const [before] = from === -1 ? [] : await repository.parentsOf(commits[from]?.sha ?? headSha);
  if (before === undefined) return headSha;
  let head = before;
  for (const { sha } of wanted.slice(from)) {
    if ((await repository.parentsOf(sha)).length > 1) return headSha; // a merge stands where it stands
    const picked = await repository.cherryPick(sha, head, author);
    if ('conflict' in picked) return headSha;
    head = picked.commit;
  }
  return (await repository.treeOf(head)) === (await repository.treeOf(headSha)) ? head : headSha;
}
