// The kind `prepare`, Troupe's own: branch, first commit and draft pull request before the first step of a workflow that can write.
import type { StepKind } from '../source/step-kind.ts';

/** The kind. */
export const prepare: StepKind = {
  type: 'prepare',
  describe: () => 'branch, first commit, draft pull request',
  decides: true,
};
