// Decision 1: what the check of a step concludes. Pure; writes no check.
import type { Step } from '../../definition/index.ts';
import type { StepState } from '../model/state.ts';

/** The words of GitHub's checks. */
export type StepConclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'skipped'
  | 'cancelled'
  | 'timed_out'
  | 'action_required';

/** The conclusion of a step's check; undefined while it is open. An advisory step's own check tells what it found all the same. */
export function stepConclusion(state: StepState, _step: Step): StepConclusion | undefined {
  switch (state.status) {
    case 'succeeded': {
      const { verdict, noop } = state.result ?? {};
      if (verdict === 'fail' || verdict === 'unknown') return 'failure';
      return noop === undefined ? 'success' : 'neutral';
    }
    case 'failed':
      return 'failure';
    case 'skipped':
      return 'skipped';
    case 'cancelled':
      return 'cancelled';
    case 'timed_out':
      return 'timed_out';
    case 'waiting':
      return isForPeople(state) ? 'action_required' : undefined;
    case 'pending':
    case 'ready':
    case 'running':
      return undefined;
  }
}

/** Timers and tickets come by themselves: nobody has to act. */
function isForPeople(state: StepState): boolean {
  return state.waitingFor?.for === 'approval' || state.waitingFor?.for === 'answer';
}
