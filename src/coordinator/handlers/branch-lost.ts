// A branch was deleted or force-pushed: what becomes of the runs that work on it (decision 34). Writes nothing.
import { baseForcePushed, listAll, liveStatuses } from '../../engine/index.ts';
import type { ExternalEvent } from '../../engine/index.ts';
import type { RepositoryApi } from '../../github/index.ts';
import { runIdOf, sleep } from '../../support/index.ts';
import type { Clock } from '../../support/index.ts';
import { readRun } from '../controls/read-run.ts';
import type { ControlledRun } from '../controls/types.ts';
import { ignored } from '../common/decisions.ts';
import { reasons } from '../common/messages.ts';
import type { Action } from '../common/types.ts';
import type { Handler, Heard } from './types.ts';

type Moved = Heard & { readonly branch: NonNullable<Heard['branch']> };

const lookAgainAfterMs = 3_000;

/** Ends or disturbs the runs of the branch. */
export const branchLost: Handler<Moved> = {
  name: 'branch-lost',
  answersTo: 'a branch that was deleted or force-pushed',
  then: 'go on',
  matches: (happening): happening is Moved =>
    happening.branch !== undefined && (happening.branch.deleted || happening.branch.forced),
  async decide(happening, { scene, ports }) {
    const { branch, sender, repository } = happening;
    const live = await listAll(ports.journal, { repositoryId: repository.id, status: liveStatuses });
    const runs = (await Promise.all(live.map(({ id }) => readRun(ports.journal, id)))).filter(
      (run) => run !== undefined,
    );
    const reason = branch.deleted
      ? reasons.branchDeleted(branch.name, sender.login)
      : reasons.baseForcePushed(branch.name, sender.login);
    const by = { api: scene.api, clock: ports.clock };
    const actions = (await Promise.all(runs.map((run) => actionFor(run, { ...happening, reason }, by)))).flat();
    if (actions.length === 0) return ignored(happening, reasons.noLiveRunOfBranch(branch.name));
    return {
      outcome: 'acted',
      reason,
      why: actions.map(({ run, event }) => ({
        topic: 'life-cycle',
        subject: run,
        ok: true,
        detail: event.type === 'facts.changed' ? reasons.merged(sender.login) : reason,
      })),
      actions,
    };
  },
};

async function actionFor(
  run: ControlledRun,
  { branch, sender, delivery, reason }: Moved & { readonly reason: string },
  { api, clock }: { readonly api: RepositoryApi; readonly clock: Clock },
): Promise<Extract<Action, { kind: 'post' }>[]> {
  const { spec, state, events } = run;
  const by = { login: sender.login, from: 'github' as const, reason, ref: `branch:${runIdOf('branch', delivery)}` };
  const { facts } = state;
  if (branch.deleted) {
    const isOurs = facts.branch === branch.name && state.cancelRequested === undefined && facts.mergedBy === undefined;
    if (!isOurs || (await isThere(branch.name, api, clock))) return [];
    const merged = await mergedPullRequest(run, sender.login, api);
    return [{ kind: 'post', run: spec.id, event: merged ?? { type: 'run.cancel_requested', data: { by } } }];
  }
  const told = events.some((event) => event.type === 'signal.received' && event.data.by.ref === by.ref);
  if (facts.baseBranch !== branch.name || told) return [];
  const data = { branch: branch.name };
  return [
    { kind: 'post', run: spec.id, event: { type: 'signal.received', data: { name: baseForcePushed, data, by } } },
  ];
}

/** The event is late: the branch was restored, or a later run made it anew. Right after a deletion GitHub may still show it. */
async function isThere(branch: string, api: RepositoryApi, clock: Clock): Promise<boolean> {
  if ((await api.branchSha(branch)) === undefined) return false;
  await sleep(clock, lookAgainAfterMs);
  return (await api.branchSha(branch)) !== undefined;
}

/** GitHub deletes a branch for whoever merges its pull request, and may tell of that first: the run ends as merged. */
async function mergedPullRequest(
  { state: { facts } }: ControlledRun,
  login: string,
  api: RepositoryApi,
): Promise<ExternalEvent | undefined> {
  const { pullRequest } = facts;
  if (pullRequest === undefined || (await api.pullRequest(pullRequest.number))?.merged !== true) return undefined;
  return {
    type: 'facts.changed',
    data: { pullRequest: { ...pullRequest, draft: false, state: 'merged' }, mergedBy: login },
  };
}
