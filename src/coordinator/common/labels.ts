// Which command labels a repository should have. Decides only.
import { labelMessages } from './messages.ts';
import type { Action, Candidate } from './types.ts';

// GitHub's limit for a label's name
const longestName = 50;

/** One label per workflow that can be started, `troupe:<id>`, with its description. */
export function wantedLabels(candidates: readonly Candidate[]): Action[] {
  return candidates.flatMap(({ id, workflow }) => {
    const name = `troupe:${id}`;
    if (workflow === undefined || name.length > longestName) return [];
    return [{ kind: 'ensure-label', name, description: labelMessages.description(id, workflow.description) }];
  });
}
