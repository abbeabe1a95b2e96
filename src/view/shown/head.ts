// The commit that carries a run's checks. Pure.
import type { RunState } from '../../engine/index.ts';
import { isObject, isSha } from '../../support/index.ts';
import type { Sha } from '../../support/index.ts';
import type { ShowInput } from './show-input.ts';

/** The head that carries the run's checks; undefined for runs that have none. */
export function headOf({ state, headSha }: Pick<ShowInput, 'state' | 'headSha'>): Sha | undefined {
  const head = headSha ?? state.facts.headSha ?? pullHeadOf(state) ?? readHeadOf(state);
  return head !== undefined && isSha(head) ? head : undefined;
}

/** A workflow that only reads a pull request prepares nothing: its checks go where the pull request stood. */
function pullHeadOf({ spec }: RunState): string | undefined {
  const pull = spec.task.kind === 'pull_request' ? spec.event['pull_request'] : undefined;
  const sha = isObject(pull) ? pull['head_sha'] : undefined;
  return typeof sha === 'string' ? sha : undefined;
}

/** A run that no issue is about and that only reads shows its checks on the commit it looked at (decision 40). */
function readHeadOf({ spec, facts, steps }: RunState): string | undefined {
  if (spec.task.kind !== 'none' || spec.workflow.branch !== false) return undefined;
  return facts.baseSha ?? [...steps.values()].find(({ result }) => result?.sha !== undefined)?.result?.sha;
}
