// Where the comment of a run stands. Pure.
import type { RunState } from '../../engine/index.ts';

/** The issue or pull request that carries the comment; undefined when the task is neither. */
export function commentPlace({ spec }: RunState): number | undefined {
  return spec.task.kind === 'issue' || spec.task.kind === 'pull_request' ? spec.task.number : undefined;
}
