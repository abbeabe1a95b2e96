// Operations that make commits on the run's branch: commit, merge, rebase, squash, revert, sync.
import type { StepResult } from '../../engine/index.ts';
import { defaultPathPolicy, matchesPath, describeRefusals } from '../../git/index.ts';
import type { MergeSide } from '../../git/index.ts';
import type { Sha } from '../../support/index.ts';
import { isObject, TroupeError } from '../../support/index.ts';
import { runBranch, headFacts, pushBranch } from '../branch.ts';
import { gitMessages as messages } from '../git-messages.ts';
import { runCommit } from '../run-commit.ts';
import { compareHeads } from '../preflight.ts';
import type { Standing } from '../preflight.ts';
import { requireOwn, shaOf } from './branches.ts';
import { requireText, textOf } from './operation.ts';
import type { Operation } from './operation.ts';

/** Commits what a step with `commit: none` left in the run's worktree. `push` publishes it. */
export async function commitOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const { headSha } = await runBranch(context, workplace);
  const policy = defaultPathPolicy(context.spec.settings.protectedPaths);
  const tree = await workplace.repository.worktree({ run: context.run, name: 'main', at: headSha, keepChanges: true });
  const { files, refused } = await tree.changes(policy);
  if (refused.length > 0) {
    throw new TroupeError('git/refused', messages.refusedFiles(describeRefusals(refused, 10)));
  }
  const message = textOf(operation, 'message') ?? context.step.name;
  const sha = await tree.commit(runCommit(context, workplace, message), policy);
  if (sha === undefined) return { outputs: { committed: false }, summary: messages.nothingToCommit };
  return {
    outputs: { committed: true, sha },
    sha,
    filesChanged: files,
    summary: messages.committed(sha, files.length),
    facts: await headFacts(workplace, sha),
  };
}

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

/** Puts the run's commits on top of the newest base. */
export async function rebaseOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const { repository } = workplace;
  const { branch, headSha, baseBranch } = await runBranch(context, workplace);
  await requireOwn(operation, branch, 'rebase');
  await repository.fetch(context.signal);
  const base = textOf(operation, 'base') ?? baseBranch;
  const onto = await shaOf(operation, base);
  if (await repository.isAncestor(onto, headSha)) {
    return upToDate(branch, headSha);
  }
  const before = await compareHeads(repository, headSha, onto);
  const rebased = await repository.rebase(headSha, onto, workplace.author);
  if ('conflict' in rebased) throw conflict(`rebase "${branch}" onto "${base}"`, rebased.conflict);
  await pushBranch(context, workplace, { branch, commit: rebased.commit, expected: headSha });
  const result = withDistance(await moved(operation, rebased.commit, messages.rebased(branch, base)), before);
  return { ...result, facts: { ...result.facts, baseSha: onto } };
}

/** Brings the base into the branch: `strategy: rebase`, or a merge. */
export function syncOperation(operation: Operation): Promise<StepResult> {
  return textOf(operation, 'strategy') === 'rebase' ? rebaseOperation(operation) : mergeOperation(operation);
}

/** Makes one commit of all commits of the run. */
export async function squashOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const { repository } = workplace;
  const { branch, headSha, baseSha } = await runBranch(context, workplace);
  await requireOwn(operation, branch, 'squash');
  const base = (await repository.mergeBase(baseSha, headSha)) ?? baseSha;
  const message = textOf(operation, 'message') ?? context.spec.task.title;
  const commit = { ...runCommit(context, workplace, message), date: context.state.createdAt };
  const sha = await repository.commitTree(await repository.treeOf(headSha), [base], commit);
  await pushBranch(context, workplace, { branch, commit: sha, expected: headSha });
  return moved(operation, sha, messages.squashed(branch));
}

/**
 * Takes one commit back with a new commit on the run's own branch: a merge is undone by the pull request of the run, never on the
 * base itself. `base`: a commit, a branch for its newest one, or `#12` for what pull request 12 merged.
 */
export async function revertOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const { branch, headSha } = await runBranch(context, workplace);
  const target = await revertedCommit(operation, requireText(operation, 'base', 'revert'));
  const message = textOf(operation, 'message') ?? messages.revertCommit(target);
  const reverted = await workplace.repository.revert(target, headSha, runCommit(context, workplace, message));
  if ('conflict' in reverted) throw conflict(`revert ${target.slice(0, 7)}`, reverted.conflict);
  await pushBranch(context, workplace, { branch, commit: reverted.commit, expected: headSha });
  return moved(operation, reverted.commit, messages.reverted(target));
}

async function revertedCommit(operation: Operation, named: string): Promise<Sha> {
  const [, number] = /^#(\d+)$/.exec(named) ?? [];
  const { workplace } = operation;
  if (number === undefined) return shaOf(operation, named);
  const pull = await workplace.api?.pullRequest(Number(number));
  if (pull?.mergeSha === undefined)
    throw new TroupeError(
      'step/not-merged',
      pull === undefined ? messages.noSuchPull(Number(number)) : messages.notMerged(Number(number)),
      { class: 'config' },
    );
  await workplace.repository.ensureCommit(pull.mergeSha, operation.context.signal);
  return pull.mergeSha;
}

async function moved({ workplace }: Operation, sha: Sha, summary: string): Promise<StepResult> {
  return { outputs: { sha, changed: true }, sha, summary, facts: await headFacts(workplace, sha) };
}

function upToDate(branch: string, sha: Sha): StepResult {
  return { outputs: { sha, changed: false, behind: 0 }, summary: messages.upToDate(branch) };
}

/** `conflicts:` of the step: which side a generated file is taken from. What no glob names is nobody's to decide. */
function sidesOf({ config }: Operation): (path: string) => MergeSide | undefined {
  const { conflicts } = config;
  const rules = isObject(conflicts) ? Object.entries(conflicts) : [];
  return (path) => {
    const side = rules.find(([glob]) => matchesPath(path, [glob]))?.[1];
    return side === 'branch' ? 'ours' : side === 'base' ? 'theirs' : undefined;
  };
}

/** How far the two were apart before. */
function withDistance(result: StepResult, { ahead, behind }: Standing): StepResult {
  return { ...result, outputs: { ...result.outputs, ahead, behind } };
}

function conflict(what: string, files: readonly string[]): TroupeError {
  return new TroupeError('git/conflict', messages.conflict(what, files), { hint: messages.conflictHint });
}
