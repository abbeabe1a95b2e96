// What a control on GitHub is looked at with: the world of the event it came from.
import type { CoordinatorPorts } from '../types.ts';
import type { World } from '../world.ts';
import type { ControlPorts } from './consider-control.ts';

/** The ports of a control that came over GitHub: the run's repository is the event's. */
export function controlPorts({
  ports,
  world,
}: {
  readonly ports: CoordinatorPorts;
  readonly world: Pick<World, 'api'>;
}): ControlPorts {
  return {
    journal: ports.journal,
    clock: ports.clock,
    mostUsd: ports.operator.limits.costUsdPerRun,
    repository: () => world.api,
  };
}
