// The App came to repositories: each gets the labels of its workflows. One that fails does not keep the others from theirs.
import type { AppIdentity } from '../../github/index.ts';
import { classOf, messageOf, TroupeError } from '../../support/index.ts';
import { isAllowed } from '../common/allowed.ts';
import { apply } from '../common/apply.ts';
import { wantedLabels } from '../common/labels.ts';
import { reasons } from '../common/messages.ts';
import type { CoordinatorPorts, Why } from '../common/types.ts';
import { createScene } from '../repository/scene.ts';
import type { Memory } from '../repository/scene.ts';
import type { InstallationHandler } from './types.ts';

/** Labels for every repository of an installation. */
export const installed: InstallationHandler = {
  name: 'installed',
  answersTo: 'an App that came to repositories',
  matches: () => true,
  async handle(change, ports, memory) {
    const identity = await ports.identity();
    const why: Why[] = [];
    let passing: unknown;
    for (const repository of change.repositories) {
      const fullName = `${repository.owner}/${repository.name}`;
      try {
        why.push(await labelsOf(repository, change.installationId, { identity, ports, memory }));
      } catch (error) {
        ports.log.warn(
          { repository: fullName, error: messageOf(error) },
          'The labels of a repository could not be created',
        );
        why.push({ topic: 'settings', subject: fullName, ok: false, detail: messageOf(error) });
        if (isPassing(error)) passing = error;
      }
    }
    if (passing !== undefined) throw passing;
    const done = why.some((one) => one.ok);
    return {
      outcome: done ? 'acted' : 'ignored',
      reason: why[0]?.detail ?? reasons.unsupported('installation'),
      why,
      runs: [],
    };
  },
};

async function labelsOf(
  repository: { readonly owner: string; readonly name: string },
  installationId: number,
  by: { readonly identity: AppIdentity; readonly ports: CoordinatorPorts; readonly memory: Memory },
): Promise<Why> {
  const fullName = `${repository.owner}/${repository.name}`;
  const no = (detail: string): Why => ({ topic: 'settings', subject: fullName, ok: false, detail });
  if (!isAllowed(fullName, by.ports.operator, by.identity)) return no(reasons.notAllowed(fullName));
  const info = await by.ports.api(installationId, repository.owner, repository.name).info();
  if (info.archived) return no(reasons.archived());
  const scene = createScene(by.ports, {
    repository: { ...repository, defaultBranch: info.defaultBranch },
    installationId,
    identity: by.identity,
    memory: by.memory,
  });
  const actions = wantedLabels((await scene.catalogue()).candidates);
  await apply(actions, { api: scene.api, ports: by.ports });
  return { topic: 'settings', subject: fullName, ok: true, detail: reasons.labels(actions.length) };
}

function isPassing(error: unknown): boolean {
  return error instanceof TroupeError && ['transient', 'rate_limit', 'timeout'].includes(classOf(error));
}
