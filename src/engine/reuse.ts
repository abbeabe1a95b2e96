// What a linked run takes over from the finished one before it (decision 9). Pure.
import { isApproval, isContainer, isGate, isPanel, isPanelist } from '../definition/index.ts';
import type { StepPath } from '../support/index.ts';
import { dependentsOf } from './plan/control.ts';
import type { Place, Plan } from './model/place.ts';
import type { RunState } from './model/state.ts';
import type { NewEvent } from './events/types.ts';
import { upstreamOf } from './plan/upstream.ts';

type Reused = Extract<NewEvent, { type: 'step.reused' }>['data'];

/**
 * The earlier result of a step that is about to start with this input; undefined when it has to run. It does when it comes
 * at or after the step from which all is done again, when its input is another one, when the base is, or when anything
 * before it was not taken over.
 */
export function reusedResult(
  state: RunState,
  plan: Plan,
  step: { readonly place: Place; readonly inputHash: string },
): Reused | undefined {
  const { followUp } = state.spec;
  const { place, inputHash } = step;
  if (followUp === undefined || place.step.implicit || isPartOfOthers(place)) return undefined;
  const kept = Object.hasOwn(followUp.reusable, place.path) ? followUp.reusable[place.path] : undefined;
  if (kept === undefined || kept.inputHash !== inputHash) return undefined;
  // who goes on with a run that was ended early wants to hear whether it still is
  if (kept.result.stop !== undefined) return undefined;
  const { rerunFrom } = followUp;
  if (rerunFrom !== undefined && dependentsOf(plan, rerunFrom).has(place.path)) return undefined;
  if (state.facts.baseSha !== followUp.facts.baseSha) return undefined;
  const isSame = [...upstreamOf(plan, place.path)].every((path) => isTakenOver(state, plan, path));
  return isSame ? { from: { run: followUp.run, attempt: kept.attempt }, result: kept.result } : undefined;
}

/** A step that holds others is taken over with them; a panel is one whole, and nobody of it by himself. */
function isPartOfOthers({ definition }: Place): boolean {
  return isPanelist(definition) || (isContainer(definition) && !isPanel(definition));
}

/** Taken over, or nothing that a later step reads. */
function isTakenOver(state: RunState, plan: Plan, path: StepPath): boolean {
  const place = plan.get(path);
  const step = state.steps.get(path);
  if (place === undefined || step === undefined || place.step.implicit || isPartOfOthers(place)) return true;
  // What they hand over shows in the input of whoever reads it.
  if (isApproval(place.step) || isGate(place.step)) return step.status === 'succeeded';
  return step.reusedFrom !== undefined || step.status === 'skipped';
}
