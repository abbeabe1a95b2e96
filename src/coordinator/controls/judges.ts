// Which steps of a run judge its commits, and from which one they are judged again. Reads data only.
import { personaAsked } from '../../definition/index.ts';
import type { StepPath } from '../../support/index.ts';
import { stepsOf } from './find-step.ts';
import type { ControlledRun } from './types.ts';

/** The first step that judged commits of the run and changed none itself; undefined where nobody judges. */
export function firstJudge({ state }: Pick<ControlledRun, 'state'>): StepPath | undefined {
  const steps = stepsOf(state);
  const firstEdit = steps.findIndex(({ state: { result } }) => (result?.filesChanged ?? []).length > 0);
  const judge = steps.find(({ state: { result }, step }, index) => {
    const judges = personaAsked(step) !== undefined && !step.advisory && result?.verdict !== undefined;
    return judges && index > firstEdit && (result.filesChanged ?? []).length === 0;
  });
  return judge?.state.path;
}
