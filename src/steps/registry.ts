// Which file executes which step type. A new step type is one file and one line here.
import type { StepExecutor } from '../engine/index.ts';
import { TroupeError } from '../support/index.ts';
import { delay } from './delay.ts';
import { gitOperation } from './git-operation.ts';
import { githubAction } from './github-action.ts';
import { personaStepMessages } from './messages.ts';
import { createPersonaRequest } from './persona-request.ts';
import { waitingOutOutages } from './outage.ts';
import { prepare } from './prepare.ts';
import { question } from './question.ts';
import { withRollback } from './rollback.ts';
import { settle } from './settle.ts';
import type { StepServices, StepType } from './types.ts';

/** Executes every leaf step type that this version has. */
export function createExecutor(services: StepServices): StepExecutor {
  const list: readonly StepType[] = [
    createPersonaRequest(),
    gitOperation,
    prepare,
    settle,
    githubAction,
    question,
    delay,
  ];
  const types = new Map(list.map((one) => [one.type, one]));
  return {
    async execute(context) {
      const type = types.get(context.step.type);
      if (type !== undefined)
        return withRollback(context, services, () => waitingOutOutages(context, () => type.execute(context, services)));
      throw new TroupeError('step/type', personaStepMessages.unknownType(context.step.type), {
        class: 'config',
        hint: personaStepMessages.unknownTypeHint([...types.keys()]),
      });
    },
  };
}
