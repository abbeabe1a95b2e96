// The App was taken from repositories: their runs end, and nothing is written there any more (decision 34).
import { listAll, liveStatuses } from '../../engine/index.ts';
import type { RunSpec } from '../../engine/index.ts';
import type { RunId } from '../../support/index.ts';
import { reasons } from '../common/messages.ts';
import type { CoordinatorPorts, Why } from '../common/types.ts';
import type { InstallationHandler } from './types.ts';

/** What a run was cancelled with when the App was taken from its repository: nothing of it is shown there any more. */
export const appRemoved = 'app:removed';

/** Asks the runs of lost repositories to end. */
export const removed: InstallationHandler = {
  name: 'removed',
  answersTo: 'an App that was taken from repositories',
  matches: (change) => change.ended || change.removed.length > 0,
  async handle(change, ports) {
    const lost = new Set(change.removed);
    const ended: RunId[] = [];
    for (const { id } of await listAll(ports.journal, { status: liveStatuses })) {
      const repository = (await ports.journal.spec(id))?.repository;
      if (repository === undefined || repository.installationId !== change.installationId) continue;
      if (!change.ended && !lost.has(repository.id)) continue;
      if (!change.ended && (await isElsewhere(repository, change.installationId, ports))) continue;
      const by = { login: change.account, from: 'github' as const, reason: reasons.removed(), ref: appRemoved };
      await ports.journal.post(id, { type: 'run.cancel_requested', data: { by } });
      ended.push(id);
    }
    const why: Why[] = ended.map((run) => ({ topic: 'life-cycle', subject: run, ok: true, detail: reasons.removed() }));
    return { outcome: ended.length > 0 ? 'acted' : 'ignored', reason: reasons.removed(), why, runs: [] };
  },
};

/** Moved to an account where the App works as well: the run goes on there. */
async function isElsewhere(
  repository: NonNullable<RunSpec['repository']>,
  installationId: number,
  { places }: Pick<CoordinatorPorts, 'places'>,
): Promise<boolean> {
  if (places === undefined) return false;
  places.doubt(repository.id);
  return (await places.of({ ...repository, installationId })).installationId !== installationId;
}
