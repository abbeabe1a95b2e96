// Questions about a checked workflow that starting a run asks. Decides only.
import { allSteps, asksPersona } from '../../definition/index.ts';
import type { Workflow } from '../../definition/index.ts';

/** Ids of all personas the workflow names, each once, sorted. */
export function personasOf(workflow: Workflow): readonly string[] {
  const named = allSteps(workflow).flatMap(({ step }) => (asksPersona(step) ? [step.persona] : []));
  return [...new Set(named)].toSorted();
}
