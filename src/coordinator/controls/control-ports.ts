// What a control on GitHub is looked at with: the world of the event it came from.
import { rateReached } from '../common/rate.ts';
import type { CoordinatorPorts } from '../common/types.ts';
import type { Scene } from '../repository/scene.ts';
import type { ControlPorts } from './consider-control.ts';

/** The ports of a control that came over GitHub: the run's repository is the event's. */
export function controlPorts({
  ports,
  scene,
  ...place
}: {
  readonly ports: CoordinatorPorts;
  readonly scene: Pick<Scene, 'api'>;
  readonly subject?: { readonly locked?: boolean } | undefined;
}): ControlPorts {
  return {
    journal: ports.journal,
    clock: ports.clock,
    mostUsd: ports.operator.limits.costUsdPerRun,
    rate: async ({ repository, requester }) =>
      repository === undefined ? undefined : rateReached({ repository, requester: requester.login }, ports),
    driver: (run) => ports.driver?.(run),
    hindrances: async (spec) =>
      (await ports.hindrances?.(spec, scene.api, { locked: place.subject?.locked === true })) ?? [],
    page(run) {
      const url = ports.runUrl?.(run);
      return url === undefined ? undefined : { url, is: ports.host === 'action' ? 'job' : 'page' };
    },
    repository: () => scene.api,
  };
}
