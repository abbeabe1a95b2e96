// Troupe's own steps around the file's: `prepare` makes branch and draft pull request, `settle` finishes it in any case.
import { gitOperations } from '../check/git-operations.ts';
import type { BuiltInStep, DefinitionContext, Step } from '../types.ts';
import { stepsUnder } from '../walk-steps.ts';
import { retryPolicy } from './retry.ts';

/** Whether the step can change the branch or the pull request. A persona that is not known may. */
export function canWrite(step: Step, context: DefinitionContext): boolean {
  if (step.type === 'git-operation') return gitOperations[step.operation].writes;
  if (step.type !== 'persona-request' || step.commit === 'none') return false;
  return context.personas?.get(step.persona)?.edits ?? true;
}

/** Every step of the lists that can write. */
export function writingSteps(lists: readonly (readonly Step[])[], context: DefinitionContext): readonly Step[] {
  return lists.flatMap((list) => stepsUnder(list)).filter((step) => canWrite(step, context));
}

/** The main list with `prepare` before every step that waits for none. */
export function withPrepare(steps: readonly Step[]): readonly Step[] {
  const after = steps.map((step) => (step.dependencies.length > 0 ? step : { ...step, dependencies: ['prepare'] }));
  return [builtIn('prepare', 'Prepare branch and pull request', []), ...after];
}

/** The finishing list with `settle` after all others, whatever became of them. */
export function withSettle(steps: readonly Step[]): readonly Step[] {
  const ids = steps.map(({ id }) => id);
  return [...steps, builtIn('settle', 'Settle the pull request', ids)];
}

function builtIn(type: 'prepare' | 'settle', name: string, dependencies: readonly string[]): BuiltInStep {
  return {
    id: type,
    type,
    name,
    description: '',
    dependencies,
    onSkippedDependency: 'run',
    retry: retryPolicy({}),
    onFailure: 'stop',
    rollback: false,
    advisory: false,
    unjudged: [],
    expect: [],
    params: {},
    outputs: {},
    implicit: true,
  };
}
