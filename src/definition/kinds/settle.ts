// The kind `settle`, Troupe's own: finishes the pull request after all other steps, whatever became of them.
import type { StepKind } from '../source/step-kind.ts';

/** The kind. */
export const settle: StepKind = {
  type: 'settle',
  describe: () => 'ready, draft or closed: by how the run ended',
  decides: true,
};
