// The base branch was force-pushed under a run: its commits are put onto the new base, once, and never by taking a side (decision 34).
import type { Facts, StepContext } from '../../engine/index.ts';
import { existingBranchName } from '../../git/index.ts';
import type { Sha } from '../../support/index.ts';
import { TroupeError } from '../../support/index.ts';
import { headFacts, isOwnBranch, pushBranch, runBranch } from './branch.ts';
import type { RunBranch } from './branch.ts';
import { gitMessages as messages } from './git-messages.ts';
import { isOnlyOurs } from './run-head.ts';
import type { Workplace } from './types.ts';

/** The context as it is with facts that are not in its state yet. */
export function contextWith(context: StepContext, facts: Facts | undefined): StepContext {
  const state = { ...context.state, facts: { ...context.state.facts, ...facts } };
  return { ...context, state, effect: context.effect, checkpoint: context.checkpoint };
}

/** What is known of the branch once it stands on the new base; undefined when nothing was rewritten. */
export async function followBase(context: StepContext, workplace: Workplace): Promise<Facts | undefined> {
  if (context.state.facts.baseRewritten !== true) return undefined;
  const { repository } = workplace;
  const place = await runBranch(context, workplace);
  await repository.fetch(context.signal);
  const base = await repository.remoteBranch(existingBranchName(place.baseBranch));
  if (base === undefined)
    throw new TroupeError('git/base-conflict', messages.baseGone(place.branch, place.baseBranch), {
      class: 'failed',
      hint: messages.baseConflictHint,
    });
  const facts = await settled(context, workplace, { place, base });
  await context.record?.({ type: 'facts.changed', data: facts });
  return facts;
}

interface Moved {
  readonly place: RunBranch;
  readonly base: Sha;
}

async function settled(context: StepContext, workplace: Workplace, { place, base }: Moved): Promise<Facts> {
  const { repository } = workplace;
  const { branch, baseSha, headSha } = place;
  // the base still has what the run began on: only later commits went
  if (await repository.isAncestor(baseSha, base)) return { baseRewritten: false };
  if (await repository.isAncestor(base, headSha)) return { baseSha: base, baseRewritten: false };
  const remote = await repository.lookUpBranch(branch, context.signal);
  const before = remote === undefined ? undefined : await earlierTry(context, workplace, { base, remote });
  const head = before ?? (await rebased(context, workplace, { place, base }));
  if (before === undefined)
    await pushBranch(context, workplace, { branch, commit: head, expected: remote === headSha ? headSha : null });
  return { ...(await headFacts(workplace, head)), baseSha: base, baseRewritten: false };
}

/** What an interrupted attempt pushed: our own commits on the new base. */
async function earlierTry(
  context: StepContext,
  { repository }: Workplace,
  { base, remote }: { readonly base: Sha; readonly remote: Sha },
): Promise<Sha | undefined> {
  await repository.ensureCommit(remote, context.signal);
  return (await isOnlyOurs(repository, { run: context.run, from: base, to: remote })) ? remote : undefined;
}

async function rebased(context: StepContext, workplace: Workplace, { place, base }: Moved): Promise<Sha> {
  const { branch, baseBranch, baseSha, headSha } = place;
  const isOwn = await isOwnBranch(context, workplace);
  const done = isOwn
    ? await workplace.repository.rebase({ from: baseSha, to: headSha }, base, workplace.author)
    : { conflict: [] };
  if ('commit' in done) return done.commit;
  throw new TroupeError('git/base-conflict', messages.baseConflict(branch, baseBranch, done.conflict), {
    class: 'failed',
    hint: messages.baseConflictHint,
  });
}
