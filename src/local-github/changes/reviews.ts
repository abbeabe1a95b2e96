// Reviews of pull requests and their comments on lines, each with its webhook. Never asks who may.
import type { Review } from '../model/index.ts';
import { unprocessable } from '../world/replies.ts';
import { pullCommits, simplePullShape } from '../shapes/pull.ts';
import type { PullIssue } from '../shapes/pull.ts';
import { reviewCommentShape, reviewShape } from '../shapes/review.ts';
import { tell } from '../world/subject.ts';
import type { Subject } from '../world/subject.ts';

/** A submitted review with its comments on lines. */
export async function submitReview(
  subject: Subject,
  issue: PullIssue,
  wish: {
    readonly event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';
    readonly body: string;
    readonly commitId?: string | undefined;
    readonly comments?: readonly { readonly path: string; readonly line: number | null; readonly body: string }[];
  },
): Promise<Review> {
  const { world, repository, actor } = subject;
  if (actor.user.id === issue.user.id && wish.event !== 'COMMENT')
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
    user: actor.user,
    body: wish.body,
    state: states[wish.event],
    commitId,
    submittedAt: at,
  };
  issue.pull.reviews.push(review);
  issue.pull.requestedReviewers = issue.pull.requestedReviewers.filter((user) => user.id !== actor.user.id);
  issue.updatedAt = at;
  const shape = { ...reviewShape(subject, issue, review), state: review.state.toLowerCase() };
  await tell(subject, {
    event: 'pull_request_review',
    action: 'submitted',
    payload: { review: shape, pull_request: await simplePullShape(subject, issue) },
  });
  for (const { path, line, body } of wish.comments ?? [])
    await addReviewComment(subject, issue, { path, line, body, commitId, reviewId: review.id });
  return review;
}

/** A comment on a line, or an answer to one. */
export async function addReviewComment(
  subject: Subject,
  issue: PullIssue,
  wish: {
    readonly path: string;
    readonly line: number | null;
    readonly body: string;
    readonly commitId: string;
    readonly reviewId: number;
    readonly inReplyTo?: number;
  },
) {
  const { world, actor } = subject;
  const comment = { id: world.nextId(), user: actor.user, createdAt: world.now(), inReplyTo: undefined, ...wish };
  issue.pull.reviewComments.push(comment);
  await tell(subject, {
    event: 'pull_request_review_comment',
    action: 'created',
    payload: {
      comment: reviewCommentShape(subject, issue, comment),
      pull_request: await simplePullShape(subject, issue),
    },
  });
  return comment;
}
