// `rollback: true`: what a failed step pushed is taken off the branch again. Only commits of this run, only its own branch, with a lease.
import { ClaimLost } from '../engine/index.ts';
import type { StepContext, StepOutcome } from '../engine/index.ts';
import { existingBranchName } from '../git/index.ts';
import { messageOf } from '../support/index.ts';
import type { Json } from '../support/index.ts';
import { headFacts, isOwnBranch } from './branch.ts';
import { gitMessages as messages } from './git-messages.ts';
import { isOnlyOurs } from './run-head.ts';
import type { StepServices } from './types.ts';

/** Executes a step; where it asks for it and fails, the branch goes back to where the attempt began. */
export async function withRollback(
  context: StepContext,
  services: StepServices,
  execute: () => Promise<StepOutcome>,
): Promise<StepOutcome> {
  if (!context.step.rollback) return execute();
  try {
    const outcome = await execute();
    if (outcome.kind === 'failed') await rollBack(context, services);
    return outcome;
  } catch (error) {
    // Who lost the claim or was told to stop writes no more.
    if (!(error instanceof ClaimLost) && !context.signal.aborted) await rollBack(context, services);
    throw error;
  }
}

/** The failure of the step is what is reported: one of the rollback is logged. */
async function rollBack(context: StepContext, services: StepServices): Promise<void> {
  try {
    await resetBranch(context, services);
  } catch (error) {
    if (error instanceof ClaimLost) throw error;
    services.log.warn({ run: context.run, step: context.path, error: messageOf(error) }, 'the branch was not reset');
  }
}

async function resetBranch(context: StepContext, services: StepServices): Promise<void> {
  const { branch: name, headSha: start } = context.state.facts;
  if (name === undefined || start === undefined) return;
  const workplace = await services.workplace(context);
  if (!(await isOwnBranch(context, workplace))) return;
  const { repository } = workplace;
  const branch = existingBranchName(name);
  const now = await repository.lookUpBranch(branch, context.signal);
  if (now === undefined || now === start) return;
  await repository.ensureCommit(now, context.signal);
  // Somebody else's work stays, and so does ours below it.
  if (!(await isOnlyOurs(repository, { run: context.run, from: start, to: now }))) return;
  await context.effect({
    key: `rollback:${context.attempt}:${start}`,
    what: messages.rollingBack(branch, start),
    async lookUp(): Promise<Json | undefined> {
      return (await repository.lookUpBranch(branch, context.signal)) === start ? { sha: start } : undefined;
    },
    async apply(): Promise<Json> {
      await context.fence();
      await repository.push({ branch, commit: start, expected: now, signal: context.signal });
      return { sha: start };
    },
  });
  await context.record?.({ type: 'facts.changed', data: await headFacts(workplace, start) });
}
