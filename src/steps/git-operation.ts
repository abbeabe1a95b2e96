// The step type `git-operation`: finds the operation and runs it. Nothing is written while the run is paused.
import type { StepOutcome } from '../engine/index.ts';
import { isObject, TroupeError } from '../support/index.ts';
import type { JsonObject } from '../support/index.ts';
import { pausedOutcome } from './branch.ts';
import { gitMessages as messages } from './git-messages.ts';
import { gitOperations, readingOperations } from './git-operations/registry.ts';
import type { StepType } from './types.ts';

/** The step type `git-operation`. */
export const gitOperation: StepType = {
  type: 'git-operation',
  async execute(context, services): Promise<StepOutcome> {
    const { step } = context;
    const operate = step.type === 'git-operation' ? gitOperations[step.operation] : undefined;
    if (step.type !== 'git-operation' || operate === undefined) {
      const name = step.type === 'git-operation' ? step.operation : step.type;
      throw new TroupeError('step/unsupported-operation', messages.unsupported(name), { class: 'config' });
    }
    const paused = readingOperations.has(step.operation) ? undefined : await pausedOutcome(context, services);
    if (paused !== undefined) return paused;
    const workplace = await services.workplace(context);
    const { config } = context.input;
    // an object of the step's input is JSON
    const keys = isObject(config) ? (config as JsonObject) : {};
    return { kind: 'succeeded', result: await operate({ context, services, workplace, config: keys }) };
  },
};
