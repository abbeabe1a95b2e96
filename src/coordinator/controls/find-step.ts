// Finds the step of a run that a person means, and what depends on it. Reads data only.
import { allSteps } from '../../definition/index.ts';
import type { Step, Workflow } from '../../definition/index.ts';
import { isContainer, isPanel, isPanelist, keepsWork, stepAt } from '../../engine/index.ts';
import type { RunState, StepState } from '../../engine/index.ts';
import { nearest } from '../../support/index.ts';
import type { StepPath } from '../../support/index.ts';
import { controlRefusals } from './messages.ts';

/** A step as the run has it and as the file says it. */
export interface FoundStep {
  readonly state: StepState;
  readonly step: Step;
}

/** Every step of the run that the file has, in file order: what several providers do for one step is that step. */
export function stepsOf(run: RunState): readonly FoundStep[] {
  return [...run.steps.values()].flatMap((state) => {
    const step = stepAt(run, state.path);
    return step === undefined || isPanelist(step) || keepsWork(step) ? [] : [{ state, step }];
  });
}

/** The step of a path, an id or a name; several when an id ran more than once: then the newest. */
export function findStep(run: RunState, wanted: string): FoundStep | { readonly problem: string } {
  const steps = stepsOf(run).filter(({ step }) => !step.implicit);
  const text = wanted.trim().toLowerCase();
  const found =
    steps.find(({ state }) => state.path.toLowerCase() === text) ??
    steps.findLast(({ step }) => step.id.toLowerCase() === text) ??
    steps.findLast(({ step }) => step.name.toLowerCase() === text) ??
    findItem(steps, text);
  if (found !== undefined) return found;
  const known = steps.map(({ state }) => state.path);
  return { problem: controlRefusals.noStep(wanted, nearest(text, known), known) };
}

/** All steps of an item, by its path: `each.3`. */
function findItem(steps: readonly FoundStep[], path: string): FoundStep | undefined {
  const first = steps.find(({ state, step }) => state.path.toLowerCase() === `${path}.${step.id.toLowerCase()}`);
  if (first === undefined || !/\.\d+$/.test(path)) return undefined;
  const itself = first.state.path.slice(0, path.length) as StepPath; // the path of its item
  return { state: { ...first.state, path: itself }, step: first.step };
}

/** Whether two paths lead into different items of the same list: what is done again for one changes nothing for the other. */
export function areInOtherItems(a: string, b: string): boolean {
  const [one, other] = [a.split('.'), b.split('.')];
  const first = one.findIndex((part, index) => part !== other[index]);
  // ids and indexes take turns
  return first % 2 === 1 && other[first] !== undefined;
}

/** Ids of a step, of all that depends on it and of what holds them; steps beside it in the same container are not among them. */
export function dependents(workflow: Workflow, id: string): ReadonlySet<string> {
  const placed = allSteps(workflow);
  const again = new Set([id]);
  const holders = new Set<string>();
  for (let before = -1; before !== again.size + holders.size;) {
    before = again.size + holders.size;
    for (const { step, parent } of placed) {
      const isInside = parent !== undefined && again.has(parent.id);
      if (isInside || step.dependencies.some((one) => again.has(one) || holders.has(one))) again.add(step.id);
      if (parent !== undefined && (again.has(step.id) || holders.has(step.id))) holders.add(parent.id);
    }
  }
  return new Set([...again, ...holders]);
}

/** The id of a step in its file, from its path in the run; of an item, that of the step whose item it is. */
export function idOf(path: string): string {
  const parts = path.split('.');
  // ids and indexes take turns
  return parts.at(parts.length % 2 === 0 ? -2 : -1) ?? path;
}

/** Whether a step does something itself, and does not only hold others. */
export function isWhole({ step }: FoundStep): boolean {
  return !isContainer(step) || isPanel(step);
}

/** Whether a step ended badly: failed, or its verdict is no pass. */
export function hasFailed({ state, step }: FoundStep): boolean {
  if (state.status === 'failed' || state.status === 'timed_out' || state.status === 'cancelled') return true;
  const verdict = state.result?.verdict;
  return state.status === 'succeeded' && !step.advisory && (verdict === 'fail' || verdict === 'unknown');
}
