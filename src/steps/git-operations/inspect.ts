// Operations that only look: status, diff, verify-diff.
import type { StepResult } from '../../engine/index.ts';
import { existingBranchName, matchesPath } from '../../git/index.ts';
import { TroupeError } from '../../support/index.ts';
import { runBranch } from '../branch.ts';
import { compareHeads } from '../preflight.ts';
import { gitMessages as messages } from '../git-messages.ts';
import { declaredNoop } from '../settle.ts';
import { shaOf } from './branches.ts';
import { freshnessAt } from './freshness.ts';
import { nothingDelivered } from './nothing-delivered.ts';
import { listOf, textOf } from './operation.ts';
import type { Operation } from './operation.ts';

/** A patch that later steps and people read; the whole one is the run's artifact. */
const patchBytes = 200 * 1024;

/** How far the branch and its base are apart, and what new commits have overtaken. */
export async function statusOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const { repository } = workplace;
  const { branch, baseBranch, headSha, baseSha } = await runBranch(context, workplace);
  await repository.fetch(context.signal);
  const base = (await repository.remoteBranch(existingBranchName(baseBranch))) ?? baseSha;
  const { ahead, behind, conflicts } = await compareHeads(repository, headSha, base);
  const remote = await repository.remoteBranch(branch);
  const published = remote === headSha;
  const unknown = remote === undefined || published ? [] : await repository.log(headSha, remote);
  const { stale, sentences } = await freshnessAt(operation, unknown.length === 0 ? headSha : (remote ?? headSha));
  const place =
    conflicts.length === 0
      ? messages.checkedOut(branch, headSha)
      : messages.wouldConflict(branch, baseBranch, conflicts);
  return {
    outputs: {
      branch,
      ahead,
      behind,
      conflicts: [...conflicts],
      published,
      sha: headSha,
      stale: [...stale],
      new_commits: unknown.length,
    },
    summary: [place, ...sentences].join('. '),
  };
}

/** What the branch changes against its base. */
export async function diffOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const { headSha, baseSha } = await runBranch(context, workplace);
  const named = textOf(operation, 'base');
  const from = named === undefined ? baseSha : await shaOf(operation, named);
  const diff = await workplace.repository.diff(from, headSha, { maxBytes: patchBytes });
  const added = diff.files.reduce((sum, file) => sum + file.added, 0);
  const removed = diff.files.reduce((sum, file) => sum + file.removed, 0);
  return {
    outputs: {
      files: diff.files.map(({ path }) => path),
      added,
      removed,
      patch: diff.patch,
      truncated: diff.truncated,
    },
    summary: messages.diffOf(diff.files.length, added, removed),
  };
}

/** Fails when the branch changes nothing, or anything outside `paths`. */
export async function verifyDiffOperation(operation: Operation): Promise<StepResult> {
  const { context, workplace } = operation;
  const place = await runBranch(context, workplace);
  const { headSha, baseSha } = place;
  const { files } = await workplace.repository.diff(baseSha, headSha, { maxBytes: 0 });
  const noop = declaredNoop(context);
  if (files.length === 0 && noop !== undefined) return { outputs: { files: [] }, noop, summary: noop };
  if (files.length === 0) throw await nothingDelivered(operation, place);
  const paths = listOf(operation, 'paths');
  const outside = paths.length === 0 ? [] : files.filter(({ path }) => !matchesPath(path, paths));
  if (outside.length > 0) {
    throw new TroupeError('step/unexpected-files', messages.outsidePaths(outside.map(({ path }) => path)));
  }
  const added = files.reduce((sum, file) => sum + file.added, 0);
  const removed = files.reduce((sum, file) => sum + file.removed, 0);
  return { outputs: { files: files.map(({ path }) => path) }, summary: messages.diffOf(files.length, added, removed) };
}
