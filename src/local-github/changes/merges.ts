// Merges of pull requests, by each of GitHub's methods. Never asks who may.
import { commitTree, log, mergeTrees, updateRef } from '../git/index.ts';
import type { Signature } from '../git/index.ts';
import type { Repository, User } from '../model/index.ts';
import { HttpError } from '../world/replies.ts';
import { emailOf } from '../shapes/commit.ts';
import { missingForMerge, pullCommits } from '../shapes/pull.ts';
import type { PullIssue } from '../shapes/pull.ts';
import type { Subject } from '../world/subject.ts';
import type { World } from '../world/world.ts';
import { closePull, movingRefs } from './refs.ts';

/** Merges. 405 when it cannot be, 409 when the head is not the one that was meant. */
export async function mergePull(
  subject: Subject,
  issue: PullIssue,
  wish: {
    readonly method: 'merge' | 'squash' | 'rebase';
    readonly sha?: string | undefined;
    readonly title?: string | undefined;
    readonly message?: string | undefined;
  },
): Promise<string> {
  const { world, repository, actor } = subject;
  const { head, base } = await pullCommits(repository, issue);
  if (issue.state === 'closed' || issue.pull.draft)
    throw notMergeable(issue.pull.draft ? 'Pull Request is still a draft' : 'Pull Request is not mergeable');
  if (wish.sha !== undefined && wish.sha !== head)
    throw new HttpError(409, { message: 'Head branch was modified. Review and try the merge again.' });
  const missing = missingForMerge(repository, issue, head);
  if (missing.length > 0) throw notMergeable(missing.join(' '));
  const merged = await mergeTrees(repository.dir, base, head);
  if ('conflict' in merged) throw notMergeable('Pull Request is not mergeable');
  return movingRefs(subject, async () => {
    const who = signature(world, actor.user);
    const sha = await mergeCommit(repository, issue, { ...wish, base, head, tree: merged.tree, who });
    if (!(await updateRef(repository.dir, `refs/heads/${issue.pull.baseRef}`, { to: sha, from: base })))
      throw new HttpError(409, { message: 'Base branch was modified. Review and try the merge again.' });
    await closePull(subject, issue, { sha, base });
    return sha;
  });
}

/** Who a commit made on the web page is by. */
export function signature(world: World, user: User): Signature {
  return { name: user.name, email: emailOf(user), date: world.now() };
}

async function mergeCommit(
  repository: Repository,
  issue: PullIssue,
  merge: {
    readonly method: 'merge' | 'squash' | 'rebase';
    readonly base: string;
    readonly head: string;
    readonly tree: string;
    readonly who: Signature;
    readonly title?: string | undefined;
    readonly message?: string | undefined;
  },
): Promise<string> {
  const { base, head, who, tree } = merge;
  if (merge.method === 'rebase') {
    let tip = base;
    for (const commit of (await log(repository.dir, `${base}..${head}`)).toReversed()) {
      const step = await mergeTrees(repository.dir, tip, commit.sha);
      if ('conflict' in step) throw notMergeable('This branch can’t be rebased');
      const { author, message } = commit;
      tip = await commitTree(repository.dir, { tree: step.tree, parents: [tip], message, author, committer: who });
    }
    return tip;
  }
  const squash = merge.method === 'squash';
  const branch = `${repository.owner.login}/${issue.pull.headRef}`;
  const title =
    merge.title ??
    (squash ? `${issue.title} (#${issue.number})` : `Merge pull request #${issue.number} from ${branch}`);
  const message = merge.message ?? (squash ? '' : issue.title);
  const text = message === '' ? title : `${title}\n\n${message}`;
  return commitTree(repository.dir, { tree, parents: squash ? [base] : [base, head], message: text, author: who });
}

function notMergeable(message: string): HttpError {
  return new HttpError(405, { message });
}
