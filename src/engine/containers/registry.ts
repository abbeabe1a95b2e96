// The list of containers: nothing else names them. Holds no behaviour.
import { isContainer } from '../../definition/index.ts';
import type { Step } from '../../definition/index.ts';
import { conditional } from './conditional.ts';
import type { Container } from './container.ts';
import { foreach } from './foreach.ts';
import { panel } from './panel.ts';
import { parallel } from './parallel.ts';

// A container is asked about steps of its own type only: `containerOf` sees to it.
const containers = [
  // a line for each
  conditional,
  parallel,
  panel,
  foreach,
] as readonly Container[];
const byType: ReadonlyMap<Step['type'], Container> = new Map(containers.map((one) => [one.type, one]));

/** The container that a step is; undefined for a step that does something itself. A kind from outside that holds steps runs them all. */
export function containerOf(step: Step): Container | undefined {
  return byType.get(step.type) ?? (isContainer(step) ? (parallel as Container) : undefined);
}
