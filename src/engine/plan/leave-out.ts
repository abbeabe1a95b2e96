// Which steps a persona may leave out with `next: skip`: optional ones that decide nothing. Pure.
import { allSteps, asksPersona, isContainer, isGate } from '../../definition/index.ts';
import type { Step, Workflow } from '../../definition/index.ts';
import { isTolerated } from './plan.ts';

/**
 * Whether the workflow lets a persona leave the step out: `advisory: true`, or `on_failure: continue` on a step whose verdict
 * nobody waits for. Never what approves, verifies, judges or is required by a gate.
 */
export function mayBeLeftOut(workflow: Workflow, step: Step): boolean {
  if (step.decides === true || isContainer(step) || step.implicit) return false;
  if (step.approval !== undefined || step.verify !== undefined || step.expect.includes('tests')) return false;
  const isOptional = step.advisory || (isTolerated(step) && !asksPersona(step));
  return isOptional && !isRequired(workflow, step);
}

/** The steps that come right after one, in the same run of things, each with whether it may be left out. */
export function stepsRightAfter(
  workflow: Workflow,
  id: string,
): readonly { readonly step: Step; readonly mayBeLeftOut: boolean }[] {
  return allSteps(workflow).flatMap(({ step }) =>
    step.dependencies.includes(id) && !step.implicit ? [{ step, mayBeLeftOut: mayBeLeftOut(workflow, step) }] : [],
  );
}

function isRequired(workflow: Workflow, { id }: Step): boolean {
  return allSteps(workflow).some(({ step }) => isGate(step) && step.require.includes(id));
}
