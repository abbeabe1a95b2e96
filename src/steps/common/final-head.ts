// The run's last commit without the trailer that kept CI away (decision 31). Its tree stays, so verdicts stay.
import type { Facts, StepContext } from '../../engine/index.ts';
import { headFacts, isOwnBranch, pushBranch, requireOnTop, runBranch } from './branch.ts';
import { runTrailer } from './commit-message.ts';
import { skipTrailer, withoutSkipTrailer } from './run-commit.ts';
import type { Workplace } from './types.ts';

/**
 * Publishes the head. Where it is this run's and carries the trailer, it is reworded first; it is pushed once, and not
 * again when an interrupted attempt has done it. Answers with the facts of the head.
 */
export async function publishFinalHead(context: StepContext, workplace: Workplace): Promise<Facts> {
  const { branch, headSha } = await runBranch(context, workplace);
  const { repository } = workplace;
  const trailers = await repository.trailers(headSha);
  const isOurs = trailers[runTrailer]?.includes(context.run) === true && (await isOwnBranch(context, workplace));
  const final =
    isOurs && trailers[skipTrailer] !== undefined ? await repository.reword(headSha, withoutSkipTrailer) : headSha;
  const remote = await repository.lookUpBranch(branch, context.signal);
  if (remote !== final) {
    await requireOnTop(workplace, { branch, remote, head: headSha });
    await pushBranch(context, workplace, { branch, commit: final, expected: remote ?? null });
  }
  const facts = await headFacts(workplace, final);
  // known even if what follows fails: the branch has moved
  if (final !== headSha) await context.record?.({ type: 'facts.changed', data: facts });
  return facts;
}
