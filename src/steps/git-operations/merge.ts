// The operation `merge`.
import type { StepResult } from '../../engine/index.ts';
import { matchesPath } from '../../git/index.ts';
import type { MergeSide } from '../../git/index.ts';
import { isObject } from '../../support/index.ts';
import { pushBranch, runBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { compareHeads } from '../common/preflight.ts';
import { runCommit } from '../common/run-commit.ts';
import { conflict, moved, upToDate, withDistance } from './moved-branch.ts';
import { shaOf } from './named-commit.ts';
import { textOf } from './operation.ts';
import type { Operation, OperationBody } from './operation.ts';

/** What does it. */
export const merge: OperationBody = { name: 'merge', operate: mergeOperation };

/** Merges another branch (default: the base) into the run's branch. */
export async function mergeOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const { repository } = workplace;
  const { branch, headSha, baseBranch } = await runBranch(context, workplace);
  await repository.fetch(context.signal);
  const from = textOf(operation, 'base') ?? textOf(operation, 'branch') ?? baseBranch;
  const theirs = await shaOf(operation, from);
  if (await repository.isAncestor(theirs, headSha)) {
    return upToDate(branch, headSha);
  }
  const before = await compareHeads(repository, headSha, theirs);
  const sideOf = sidesOf(operation);
  const stuck = before.conflicts.filter((path) => sideOf(path) === undefined);
  if (stuck.length > 0) throw conflict(`merge "${from}" into "${branch}"`, stuck);
  const message = textOf(operation, 'message') ?? messages.mergeCommit(from, branch);
  const commit = { ...runCommit(context, workplace, message), sideOf };
  const merged = await repository.mergeTrees(headSha, theirs, commit);
  if ('conflict' in merged) throw conflict(`merge "${from}" into "${branch}"`, merged.conflict);
  await pushBranch(context, workplace, { branch, commit: merged.commit, expected: headSha });
  const result = withDistance(await moved(operation, merged.commit, messages.mergedBranch(from, branch)), before);
  if (before.conflicts.length === 0) return result;
  return {
    ...result,
    outputs: { ...result.outputs, resolved: [...before.conflicts] },
    warnings: [messages.resolved(before.conflicts)],
  };
}

/** `conflicts:` of the step: which side a generated file is taken from. What no glob names is nobody's to decide. */
function sidesOf({ config }: Operation): (path: string) => MergeSide | undefined {
  const { conflicts } = config;
  const rules = (isObject(conflicts) ? Object.entries(conflicts) : []).map(([glob, side]) => ({ globs: [glob], side }));
  return (path) => {
    const side = rules.find(({ globs }) => matchesPath(path, globs))?.side;
    return side === 'branch' ? 'ours' : side === 'base' ? 'theirs' : undefined;
  };
}
