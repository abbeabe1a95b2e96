// Where people reach a run: sentences name only what is there. Pure.
import type { RunState } from '../../engine/index.ts';
import { commentPlace } from './comment-place.ts';
import { headOf } from './head.ts';
import type { ShowInput } from './show-input.ts';

/**
 * `checks`: buttons and comments. `comments`: a job listens to no button, and a run without a commit has no check. `terminal`:
 * a run at a desk, or one that nothing on GitHub is about. `nowhere`: a job's run that nobody can write to.
 */
export type Reach = 'checks' | 'comments' | 'terminal' | 'nowhere';

/** How people reach it. */
export function reachOf(input: Pick<ShowInput, 'state' | 'headSha'>): Reach {
  const { state } = input;
  const { host } = state.spec;
  if (host === 'cli') return 'terminal';
  if (host === 'bot' && headOf(input) !== undefined) return 'checks';
  if (isWrittenTo(state)) return 'comments';
  return host === 'action' ? 'nowhere' : 'terminal';
}

function isWrittenTo(state: RunState): boolean {
  return commentPlace(state) !== undefined || state.facts.pullRequest?.state === 'open';
}
