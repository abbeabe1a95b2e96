// `update_changelog`: one entry on the run's branch, by Troupe itself, once everything else on the branch is judged.
import { doesGit } from '../../definition/index.ts';
import { defaultPathPolicy } from '../../git/index.ts';
import type { Sha } from '../../support/index.ts';
import { headFacts, runBranch } from '../common/branch.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { contextWith } from '../common/rewritten-base.ts';
import { runCommit, skipTrailer } from '../common/run-commit.ts';
import { changelogEntry, withEntry } from './changelog-text.ts';
import { choiceOf } from './operation.ts';
import type { Operation } from './operation.ts';

/** The file where the step names none. */
const usualFile = 'CHANGELOG.md';

/** The file that the step enters the task in; undefined when it asks for none. */
export function changelogOf(operation: Operation): string | undefined {
  return choiceOf(operation, 'update_changelog', usualFile);
}

/** The operation on a branch that has the entry; the same one where the step asks for none, or it is there. Pushes nothing. */
export async function enterChangelog(operation: Operation): Promise<Operation> {
  const path = changelogOf(operation);
  if (path === undefined) return operation;
  const { context, workplace } = operation;
  const { repository } = workplace;
  const { headSha } = await runBranch(context, workplace);
  const tree = await treeWithEntry(operation, headSha, path);
  if (tree === (await repository.treeOf(headSha))) return operation;
  const commit = runCommit(context, workplace, messages.changelogCommit(path));
  // an interrupted attempt makes the same commit again
  const sha = await repository.commitTree(tree, [headSha], {
    ...commit,
    trailers: commit.trailers.filter(([name]) => name !== skipTrailer),
    date: context.state.createdAt,
  });
  return { ...operation, context: contextWith(context, await headFacts(workplace, sha)) };
}

/**
 * The tree that verdicts and approvals are held against: the head's, or the one before it where the head is nothing but the entry that
 * Troupe itself writes. Told by the content: an entry in other words, or anything beside it, has to be judged.
 */
export async function judgedTree(operation: Operation, head: Sha): Promise<Sha> {
  const { repository } = operation.workplace;
  const tree = await repository.treeOf(head);
  const path = changelogOf(operation) ?? enteredBefore(operation);
  const [parent, ...others] = path === undefined ? [] : await repository.parentsOf(head);
  if (path === undefined || parent === undefined || others.length > 0) return tree;
  const expected = await treeWithEntry(operation, parent, path).catch(() => undefined);
  return expected === tree ? repository.treeOf(parent) : tree;
}

/** The file that a step before this one made an entry in. */
function enteredBefore({ context }: Operation): string | undefined {
  const steps = context.upstream.filter(({ step }) => doesGit(step));
  const path = steps.map(({ result }) => result.outputs['changelog']).findLast((value) => typeof value === 'string');
  return typeof path === 'string' ? path : undefined;
}

function treeWithEntry({ context, services, workplace }: Operation, commit: Sha, path: string): Promise<Sha> {
  const { task, settings } = context.spec;
  const entry = changelogEntry(services.redactor.text(task.title), task.number);
  return workplace.repository.treeWithFile({
    commit,
    path,
    policy: defaultPathPolicy(settings.protectedPaths),
    change: (text) => withEntry(text, entry),
  });
}
