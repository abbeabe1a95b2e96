// Step type `keep`: the work of a panel's winner goes to the branch, and the trees of all who were asked away. Asks nobody.
import { isPanelist, stepAt, winnerBeside } from '../engine/index.ts';
import type { Facts, StepContext, StepOutcome } from '../engine/index.ts';
import { defined } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { pausedOutcome } from './common/branch.ts';
import { readCheckpoint } from './common/persona-checkpoint.ts';
import { ensurePullRequest } from './common/pull-request.ts';
import { findRunHead } from './common/run-head.ts';
import type { StepBody, StepServices, Workplace } from './common/types.ts';
import { pushCommit } from './persona-push.ts';

/** The step type. */
export const keep: StepBody = { type: 'keep', execute };

async function execute(context: StepContext, services: StepServices): Promise<StepOutcome> {
  const workplace = await services.workplace(context);
  const paused = await pausedOutcome(context, services);
  if (paused !== undefined) return paused;
  const facts = await pushWork(context, services, workplace);
  await removeTrees(context, workplace);
  return { kind: 'succeeded', result: { outputs: {}, ...defined({ sha: facts?.headSha, facts }) } };
}

/** Pushes what the winner committed; undefined where nobody won, or nothing was changed. */
async function pushWork(
  context: StepContext,
  services: StepServices,
  workplace: Workplace,
): Promise<Facts | undefined> {
  const winner = winnerBeside(context.state, context.path);
  const work = winner === undefined ? undefined : readCheckpoint(winner.checkpoint);
  const { branch } = await findRunHead(context, workplace);
  if (winner === undefined || work?.sha === undefined || branch === undefined) return undefined;
  const { sha, from } = work;
  const headSha: Sha = await pushCommit({ context, workplace, branch, sha, from, madeBy: winner.path });
  const pullRequest = await ensurePullRequest(context, services, workplace);
  const headTree = await workplace.repository.treeOf(headSha);
  const facts: Facts = { headSha, headTree, ...defined({ pullRequest }) };
  // known even if what follows fails: the branch has moved
  await context.record?.({ type: 'facts.changed', data: facts });
  return facts;
}

async function removeTrees({ run, path, state }: StepContext, { repository }: Workplace): Promise<void> {
  const parent = state.steps.get(path)?.parent;
  for (const step of state.steps.values()) {
    const definition = step.parent === parent ? stepAt(state, step.path) : undefined;
    if (definition !== undefined && isPanelist(definition)) await repository.removeWorktree(run, step.path);
  }
}
