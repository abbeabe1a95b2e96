// Executes `git-operation` steps: finds the operation and runs it. What writes waits while the run is paused.
import { doesGit } from '../definition/index.ts';
import type { StepOutcome } from '../engine/index.ts';
import { isObject, TroupeError } from '../support/index.ts';
import type { JsonObject } from '../support/index.ts';
import { pausedOutcome } from './common/branch.ts';
import { gitMessages as messages } from './common/git-messages.ts';
import type { RunnableOperation } from './git-operations/operation.ts';
import type { StepBody } from './common/types.ts';

/** What executes the kind with these operations. */
export function createGitOperation(operations: readonly RunnableOperation[]): StepBody {
  return {
    type: 'git-operation',
    async execute(context, services): Promise<StepOutcome> {
      const { step } = context;
      const name = doesGit(step) ? step.operation : step.type;
      const operation = operations.find((one) => one.name === name);
      if (operation?.operate === undefined)
        throw new TroupeError('step/unsupported-operation', messages.unsupported(name), { class: 'config' });
      const paused = operation.writes ? await pausedOutcome(context, services) : undefined;
      if (paused !== undefined) return paused;
      const workplace = await services.workplace(context);
      const { config } = context.input;
      // an object of the step's input is JSON
      const keys = isObject(config) ? (config as JsonObject) : {};
      return { kind: 'succeeded', result: await operation.operate({ context, services, workplace, config: keys }) };
    },
  };
}
