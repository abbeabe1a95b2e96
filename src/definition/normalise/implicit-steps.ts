// Troupe's own steps around the file's: `prepare` makes branch and draft pull request, `settle` finishes it in any case.
import { stepKinds } from '../kinds/list.ts';
import { kindOf } from '../source/step-kind.ts';
import type { BuiltInStep, Step } from '../model/types.ts';
import type { DefinitionContext } from '../source/definition-context.ts';
import { stepsUnder } from '../model/walk-steps.ts';
import { retryPolicy } from './retry.ts';

/** Whether the step can change the branch or the pull request: its kind says. */
export function canWrite(step: Step, context: DefinitionContext): boolean {
  return kindOf(context.kinds ?? stepKinds, step.type)?.writes?.(step, context) ?? false;
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
