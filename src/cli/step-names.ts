// The names of steps by path, for showing. Never knows a run.
import { allSteps } from '../definition/index.ts';
import type { Workflow } from '../definition/index.ts';

/** Step path → the name people gave it. */
export function stepNames(workflow: Workflow): ReadonlyMap<string, string> {
  return new Map(allSteps(workflow).map(({ step }) => [step.id, step.name]));
}
