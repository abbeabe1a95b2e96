// How far a milestone is, out of what GitHub says of it. Trusts nothing: the answer may come from a file.
import { isObject } from './json.ts';

/** The milestone of a task besides its title, in GitHub's names. */
export interface MilestoneFacts {
  readonly number?: number;
  readonly open_issues: number;
  readonly closed_issues: number;
  /** Closed issues of all, in whole percent, rounded down: 100 means that nothing is open. 0 where there are none. */
  readonly completion: number;
  readonly state?: string;
  /** An ISO time. */
  readonly due_on?: string;
}

/** The facts of a milestone as GitHub sends it; undefined when it has no counts. */
export function milestoneFacts(milestone: unknown): MilestoneFacts | undefined {
  if (!isObject(milestone)) return undefined;
  const { number, open_issues: open, closed_issues: closed, state, due_on: due } = milestone;
  if (!isCount(open) || !isCount(closed)) return undefined;
  const all = open + closed;
  return {
    ...(isCount(number) ? { number } : {}),
    open_issues: open,
    closed_issues: closed,
    completion: all === 0 ? 0 : Math.floor((closed * 100) / all),
    ...(typeof state === 'string' ? { state } : {}),
    ...(typeof due === 'string' ? { due_on: due } : {}),
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
