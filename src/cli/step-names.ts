// The names of steps by path, for showing.
import { stepAt } from '../engine/index.ts';
import type { RunState } from '../engine/index.ts';

/** Step path → the name people gave it, with the item it is for. */
export function stepNames(run: RunState): ReadonlyMap<string, string> {
  return new Map([...run.steps.keys()].map((path) => [path, stepAt(run, path)?.name ?? path]));
}
