// A run for machines: its state without the stored definition. What a step put out stands once, at the step. Decides only.
import { defined } from '../../support/index.ts';
import type { RunState, StepState } from '../../engine/index.ts';
import { placeOf } from './messages.ts';
import type { Output } from '../schemas/index.ts';

/** What `show`, `report`, `run` and `resume` print with `--json`. */
export function runAsJson(state: RunState): Output<'run'> {
  const { spec, steps, stateKeys: _told, retired: _gone, ...rest } = state;
  return {
    ...rest,
    workflow: { id: spec.workflow.id, name: spec.workflow.name, version: spec.workflow.version },
    repository: placeOf(spec) ?? null,
    task: spec.task,
    inputs: spec.inputs,
    requester: spec.requester.login,
    steps: [...steps.values()].map(withoutSecondResult),
  };
}

/** The checkpoint holds the answer again: it says nothing more once there is a result. */
function withoutSecondResult(step: StepState): StepState {
  const { checkpoint, checkpointAttempt, ...rest } = step;
  if (step.result !== undefined || checkpoint === undefined) return rest;
  return { ...rest, checkpoint, ...defined({ checkpointAttempt }) };
}
