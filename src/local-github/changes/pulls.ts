// Everything that happens to pull requests: opened, made ready, reviewed, merged. Their heads follow in refs.ts. Never asks who may.
import { commitTree, countCommits, log, mergeTrees, resolveCommit, updateRef, zeroSha } from '../git.ts';
import type { Signature } from '../git.ts';
import type { Actor, Issue, Pull, Repository, Review, User } from '../model.ts';
import { HttpError, unprocessable, validationFailed } from '../replies.ts';
import { emailOf } from '../shapes/commit.ts';
import {
  isPull,
  missingForMerge,
  pullCommits,
  reviewCommentShape,
  reviewShape,
  simplePullShape,
} from '../shapes/pull.ts';
import type { PullIssue } from '../shapes/pull.ts';
import { userShape } from '../shapes/account.ts';
import { repositoryNamed } from '../world.ts';
import type { World } from '../world.ts';
import { checkText, newIssue } from './issues.ts';
import { closePull, emitPull, movingRefs, takeHead } from './refs.ts';

/** What a new pull request is made of. */
export interface PullWish {
  readonly actor: Actor;
  readonly title: string;
  readonly body: string | null;
  /** `branch` or `owner:branch`. */
  readonly head: string;
  readonly base: string;
  readonly draft: boolean;
}

/** Opens a pull request, or refuses as GitHub does: no such branch, one already, nothing to merge. */
export async function openPull(world: World, repository: Repository, wish: PullWish): Promise<PullIssue> {
  checkText('PullRequest', wish.title, wish.body);
  const head = headOf(world, repository, wish.head);
  const headSha = head && (await resolveCommit(head.repository.dir, `refs/heads/${head.branch}`));
  const baseSha = await resolveCommit(repository.dir, `refs/heads/${wish.base}`);
  if (head === undefined || headSha === undefined)
    throw validationFailed({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  if (baseSha === undefined) throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  const issue = newIssue(world, repository, wish.actor, {
    title: wish.title,
    body: wish.body,
    pull: newPull(world, head, wish),
  });
  if (!isPull(issue)) throw new Error('made with a pull');
  await takeHead(world, repository, issue);
  const refusal = await refusalOf(repository, issue, {
    headSha,
    baseSha,
    label: `${head.repository.owner.login}:${head.branch}`,
  });
  if (refusal !== undefined) {
    repository.issues.delete(issue.number);
    repository.nextNumber = Math.min(repository.nextNumber, issue.number);
    await updateRef(repository.dir, `refs/pull/${issue.number}/head`, zeroSha);
    throw validationFailed({ resource: 'PullRequest', code: 'custom', message: refusal });
  }
  await emitPull(world, repository, issue, { action: 'opened', actor: wish.actor });
  return issue;
}

/** Opens a closed pull request again; its branch must still be there. */
export async function reopenPull(world: World, repository: Repository, issue: PullIssue, actor: Actor): Promise<void> {
  const source = world.repositories.get(issue.pull.headRepositoryId);
  const head = source && (await resolveCommit(source.dir, `refs/heads/${issue.pull.headRef}`));
  if (issue.pull.merged || head === undefined)
    throw validationFailed({
      resource: 'PullRequest',
      code: 'custom',
      field: 'state',
      message: 'state cannot be changed.',
    });
  issue.state = 'open';
  issue.closedAt = null;
  issue.closedBy = undefined;
  issue.pull.closedBaseSha = undefined;
  issue.updatedAt = world.now();
  await takeHead(world, repository, issue);
  await emitPull(world, repository, issue, { action: 'reopened', actor });
}

/** Draft to ready or back. */
export async function setDraft(
  world: World,
  repository: Repository,
  issue: PullIssue,
  change: { readonly actor: Actor; readonly draft: boolean },
): Promise<void> {
  if (issue.pull.draft === change.draft) return;
  issue.pull.draft = change.draft;
  issue.updatedAt = world.now();
  const action = change.draft ? 'converted_to_draft' : 'ready_for_review';
  await emitPull(world, repository, issue, { action, actor: change.actor });
}

/** Asks people for a review. Those who wrote it cannot be asked. */
export async function requestReviewers(
  world: World,
  repository: Repository,
  issue: PullIssue,
  change: { readonly actor: Actor; readonly users: readonly User[] },
): Promise<void> {
  if (change.users.includes(issue.user)) throw unprocessable('Review cannot be requested from pull request author.');
  for (const user of change.users) {
    if (issue.pull.requestedReviewers.includes(user)) continue;
    issue.pull.requestedReviewers.push(user);
    issue.updatedAt = world.now();
    const extra = { requested_reviewer: userShape(world, user) };
    await emitPull(world, repository, issue, { action: 'review_requested', actor: change.actor, extra });
  }
}

/** A submitted review with its comments on lines. */
export async function submitReview(
  world: World,
  repository: Repository,
  issue: PullIssue,
  wish: {
    readonly actor: Actor;
    readonly event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';
    readonly body: string;
    readonly commitId?: string | undefined;
    readonly comments?: readonly { readonly path: string; readonly line: number | null; readonly body: string }[];
  },
): Promise<Review> {
  if (wish.actor.user.id === issue.user.id && wish.event !== 'COMMENT')
    throw unprocessable(
      wish.event === 'APPROVE'
        ? 'Review Can not approve your own pull request'
        : 'Review Can not request changes on your own pull request',
    );
  if (wish.event !== 'APPROVE' && wish.body === '' && (wish.comments ?? []).length === 0)
    throw unprocessable('Unprocessable Entity: body is required');
  const at = world.now();
  const states = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;
  const commitId = wish.commitId ?? (await pullCommits(repository, issue)).head;
  const review: Review = {
    id: world.nextId(),
    user: wish.actor.user,
    body: wish.body,
    state: states[wish.event],
    commitId,
    submittedAt: at,
  };
  issue.pull.reviews.push(review);
  issue.pull.requestedReviewers = issue.pull.requestedReviewers.filter((user) => user.id !== wish.actor.user.id);
  issue.updatedAt = at;
  const shape = { ...reviewShape(world, repository, issue.number, review), state: review.state.toLowerCase() };
  await world.emit({
    event: 'pull_request_review',
    action: 'submitted',
    repository,
    sender: wish.actor.user,
    payload: { review: shape, pull_request: await simplePullShape(world, repository, issue) },
  });
  for (const { path, line, body } of wish.comments ?? [])
    await addReviewComment(world, repository, issue, {
      actor: wish.actor,
      path,
      line,
      body,
      commitId,
      reviewId: review.id,
    });
  return review;
}

/** A comment on a line, or an answer to one. */
export async function addReviewComment(
  world: World,
  repository: Repository,
  issue: PullIssue,
  wish: {
    readonly actor: Actor;
    readonly path: string;
    readonly line: number | null;
    readonly body: string;
    readonly commitId: string;
    readonly reviewId: number;
    readonly inReplyTo?: number;
  },
) {
  const { actor, ...rest } = wish;
  const comment = { id: world.nextId(), user: actor.user, createdAt: world.now(), inReplyTo: undefined, ...rest };
  issue.pull.reviewComments.push(comment);
  await world.emit({
    event: 'pull_request_review_comment',
    action: 'created',
    repository,
    sender: actor.user,
    payload: {
      comment: reviewCommentShape(world, repository, issue.number, comment),
      pull_request: await simplePullShape(world, repository, issue),
    },
  });
  return comment;
}

/** Merges. 405 when it cannot be, 409 when the head is not the one that was meant. */
export async function mergePull(
  world: World,
  repository: Repository,
  issue: PullIssue,
  wish: {
    readonly actor: Actor;
    readonly method: 'merge' | 'squash' | 'rebase';
    readonly sha?: string | undefined;
    readonly title?: string | undefined;
    readonly message?: string | undefined;
  },
): Promise<string> {
  const { head, base } = await pullCommits(repository, issue);
  if (issue.state === 'closed' || issue.pull.draft)
    throw notMergeable(issue.pull.draft ? 'Pull Request is still a draft' : 'Pull Request is not mergeable');
  if (wish.sha !== undefined && wish.sha !== head)
    throw new HttpError(409, { message: 'Head branch was modified. Review and try the merge again.' });
  const missing = missingForMerge(repository, issue, head);
  if (missing.length > 0) throw notMergeable(missing.join(' '));
  const merged = await mergeTrees(repository.dir, base, head);
  if ('conflict' in merged) throw notMergeable('Pull Request is not mergeable');
  return movingRefs(world, repository, wish.actor, async () => {
    const who = signature(world, wish.actor.user);
    const sha = await mergeCommit(repository, issue, { ...wish, base, head, tree: merged.tree, who });
    if (!(await updateRef(repository.dir, `refs/heads/${issue.pull.baseRef}`, sha, base)))
      throw new HttpError(409, { message: 'Base branch was modified. Review and try the merge again.' });
    await closePull(world, repository, issue, { actor: wish.actor, merged: { sha, base } });
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

function headOf(world: World, repository: Repository, head: string) {
  const [, owner = repository.owner.login, branch = ''] = /^(?:([^:]+):)?(.+)$/.exec(head) ?? [];
  if (owner.toLowerCase() === repository.owner.login.toLowerCase()) return { repository, branch };
  const forks = [...world.repositories.values()].filter((other) => other.forkOf === repository.id);
  const fork = forks.find((other) => other.owner.login.toLowerCase() === owner.toLowerCase());
  const source = fork ?? repositoryNamed(world, owner, repository.name);
  return source?.forkOf === repository.id ? { repository: source, branch } : undefined;
}

function newPull(
  world: World,
  head: { readonly repository: Repository; readonly branch: string },
  wish: PullWish,
): Pull {
  return {
    id: world.nextId(),
    draft: wish.draft,
    headRepositoryId: head.repository.id,
    headRef: head.branch,
    baseRef: wish.base,
    merged: false,
    mergedAt: null,
    mergedBy: undefined,
    mergeSha: undefined,
    closedBaseSha: undefined,
    requestedReviewers: [],
    reviews: [],
    reviewComments: [],
  };
}

/** Why GitHub would not open it, in its words. */
async function refusalOf(
  repository: Repository,
  wanted: PullIssue,
  at: { readonly headSha: string; readonly baseSha: string; readonly label: string },
): Promise<string | undefined> {
  const same = [...repository.issues.values()].some(
    (other: Issue) =>
      other !== wanted &&
      isPull(other) &&
      other.state === 'open' &&
      other.pull.headRepositoryId === wanted.pull.headRepositoryId &&
      other.pull.headRef === wanted.pull.headRef &&
      other.pull.baseRef === wanted.pull.baseRef,
  );
  if (same) return `A pull request already exists for ${at.label}.`;
  if ((await countCommits(repository.dir, at.baseSha, at.headSha)) === 0)
    return `No commits between ${wanted.pull.baseRef} and ${wanted.pull.headRef}`;
  return undefined;
}

function notMergeable(message: string): HttpError {
  return new HttpError(405, { message });
}
