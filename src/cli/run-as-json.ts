// A run for machines: its state without the stored definition. Decides only.
import type { RunState } from '../engine/index.ts';
import { placeOf } from './messages.ts';
import type { Output } from './schemas/index.ts';

/** What `show`, `report`, `run` and `resume` print with `--json`. */
export function runAsJson(state: RunState): Output<'run'> {
  const { spec, steps, ...rest } = state;
  return {
    ...rest,
    workflow: { id: spec.workflow.id, name: spec.workflow.name, version: spec.workflow.version },
    repository: placeOf(state) ?? null,
    task: spec.task,
    inputs: spec.inputs,
    requester: spec.requester.login,
    steps: [...steps.values()],
  };
}
