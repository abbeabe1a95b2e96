// Which file executes which kind of step. A new kind that executes is one file and one line here.
import { stepKindsWith } from '../definition/index.ts';
import type { StepExecutor, StepOutcome } from '../engine/index.ts';
import { TroupeError } from '../support/index.ts';
import type { Json } from '../support/index.ts';
import { delay } from './delay.ts';
import { createGitOperation } from './git-operation.ts';
import { gitOperations } from './git-operations/registry.ts';
import { githubAction } from './github-action.ts';
import { keep } from './keep.ts';
import { personaStepMessages } from './common/messages.ts';
import { createPersonaRequest } from './persona-request.ts';
import { waitingOutOutages } from './outage.ts';
import { prepare } from './prepare.ts';
import { putInOrder } from './common/put-in-order.ts';
import { question } from './question.ts';
import { withRollback } from './rollback.ts';
import { createRun } from './run.ts';
import { settle } from './common/settle.ts';
import { keepTickets } from './ticket-rounds.ts';
import type { RunnableKind, StepBody, StepServices } from './common/types.ts';

/** Every kind that comes with Troupe, with what executes it. Each call has circuits of its own. */
export function createStepKinds(operations = gitOperations): readonly RunnableKind[] {
  const bodies: readonly StepBody[] = [
    createPersonaRequest(),
    createGitOperation(operations),
    prepare,
    settle,
    keep,
    githubAction,
    question,
    delay,
    createRun(),
  ];
  return stepKindsWith(operations).map((kind) => ({ ...kind, ...bodies.find(({ type }) => type === kind.type) }));
}

/** Executes the steps of these kinds. */
export function createExecutor(kinds: readonly RunnableKind[], services: StepServices): StepExecutor {
  const bodies = new Map(kinds.map((kind) => [kind.type, kind]));
  return {
    async execute(context) {
      const body = bodies.get(context.step.type);
      const execute = body?.execute?.bind(body);
      if (execute !== undefined)
        return withRollback(context, services, () =>
          waitingOutOutages(context, services, () => execute(context, services)),
        );
      const runnable = kinds.filter((kind) => kind.execute !== undefined).map(({ type }) => type);
      throw new TroupeError('step/type', personaStepMessages.unknownType(context.step.type), {
        class: 'config',
        hint: personaStepMessages.unknownTypeHint(runnable),
      });
    },
    // redaction keeps the shape of what it is given
    clean: (outcome) => services.redactor.json(outcome as unknown as Json) as unknown as StepOutcome,
    join: async (context) => putInOrder(context, await services.workplace(context)),
    keepTickets: (run, wanted) => keepTickets(services, run, wanted),
  };
}
