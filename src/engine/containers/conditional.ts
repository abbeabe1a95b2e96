// One of two lists runs, in its order of dependencies; the other is skipped. Pure.
import type { ConditionalStep } from '../../definition/index.ts';
import { text } from '../model/messages.ts';
import type { StepState } from '../model/state.ts';
import type { Container } from './container.ts';
import { endOfAll } from './parallel.ts';

/** The container `conditional`. */
export const conditional: Container<ConditionalStep> = {
  type: 'conditional',
  siblingsGoOn: false,
  absorbsFailures: () => false,
  open(step, { expression }) {
    const { test } = step;
    const evaluated = expression(test);
    return evaluated.ok
      ? { ok: true, input: { test, value: Boolean(evaluated.value) } }
      : { ok: false, failed: evaluated };
  },
  next({ step, state, beside }, child) {
    const taken = takenBranch(state);
    if (child.branch !== taken) return { reason: 'branch', because: text.noBranch(step.test, taken === 'then') };
    const broken = beside(child).find(({ isBroken }) => isBroken);
    return broken === undefined ? 'now' : { reason: 'run_failed', because: text.runFailed(broken.place.path) };
  },
  end: endOfAll,
};

function takenBranch(state: StepState): 'then' | 'else' {
  // Recorded by `open`, so a changed world does not change the way that was taken.
  const { value } = (state.input ?? {}) as { value?: unknown };
  return value === true ? 'then' : 'else';
}
