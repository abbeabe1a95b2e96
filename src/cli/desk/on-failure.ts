// `run --on-failure`: what every step of the main list does when it fails, whatever the file says. Decides only.
import { isContainer, isPanel, withStepLists } from '../../definition/index.ts';
import type { Step, Workflow } from '../../definition/index.ts';
import { hashJson } from '../../support/index.ts';

/** The words of `on_failure`. */
export const onFailureWords = ['stop', 'continue', 'retry'] as const;
export type OnFailure = (typeof onFailureWords)[number];

/** The workflow with that word at its steps; it is another workflow by its hash. */
export function withOnFailure(workflow: Workflow, word: OnFailure | undefined): Workflow {
  if (word === undefined) return workflow;
  const steps = workflow.steps.map((step) => changed(step, word));
  return { ...workflow, steps, hash: hashJson([workflow.hash, word]) };
}

function changed(step: Step, word: OnFailure): Step {
  if (step.implicit) return step;
  // who of several fails does not matter: what all of them come to does
  if (isPanel(step)) return { ...step, onFailure: word };
  const all = (steps: readonly Step[]): readonly Step[] => steps.map((inner) => changed(inner, word));
  return isContainer(step) ? withStepLists(step, all) : { ...step, onFailure: word };
}
