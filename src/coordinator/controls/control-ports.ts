// What a control on GitHub is looked at with: the world of the event it came from.
import type { CoordinatorPorts } from '../common/types.ts';
import type { Scene } from '../repository/scene.ts';
import type { ControlPorts } from './consider-control.ts';

/** The ports of a control that came over GitHub: the run's repository is the event's. */
export function controlPorts({
  ports,
  scene,
}: {
  readonly ports: CoordinatorPorts;
  readonly scene: Pick<Scene, 'api'>;
}): ControlPorts {
  return {
    journal: ports.journal,
    clock: ports.clock,
    mostUsd: ports.operator.limits.costUsdPerRun,
    driver: (run) => ports.driver?.(run),
    repository: () => scene.api,
  };
}
