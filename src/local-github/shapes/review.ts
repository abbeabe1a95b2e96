// Reviews of pull requests and their comments as GitHub's API shows them.
import { defined } from '../../support/index.ts';
import type { Issue, Review, ReviewComment } from '../model/index.ts';
import type { InRepository } from '../world/subject.ts';
import { nodeId } from '../world/world.ts';
import { userShape } from './account.ts';
import { association } from './issue.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';

/** A `pull-request-review`. */
export function reviewShape(here: InRepository, issue: Issue, review: Review) {
  const { world, repository } = here;
  const html = `${repositoryPage(world, repository)}/pull/${issue.number}#pullrequestreview-${review.id}`;
  const pull = `${repositoryUrl(world, repository)}/pulls/${issue.number}`;
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: userShape(world, review.user),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: pull,
    author_association: association(repository, review.user),
    _links: { html: { href: html }, pull_request: { href: pull } },
    submitted_at: review.submittedAt,
    commit_id: review.commitId,
  };
}

/** A `pull-request-review-comment`. */
export function reviewCommentShape(here: InRepository, issue: Issue, comment: ReviewComment) {
  const { world, repository } = here;
  const html = `${repositoryPage(world, repository)}/pull/${issue.number}#discussion_r${comment.id}`;
  const api = repositoryUrl(world, repository);
  const self = `${api}/pulls/comments/${comment.id}`;
  return {
    url: self,
    pull_request_review_id: comment.reviewId,
    id: comment.id,
    node_id: nodeId('PRRC', comment.id),
    diff_hunk: '',
    path: comment.path,
    position: comment.line,
    original_position: comment.line,
    line: comment.line,
    side: 'RIGHT',
    commit_id: comment.commitId,
    original_commit_id: comment.commitId,
    user: userShape(world, comment.user),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.createdAt,
    html_url: html,
    pull_request_url: `${api}/pulls/${issue.number}`,
    author_association: association(repository, comment.user),
    _links: { self: { href: self }, html: { href: html }, pull_request: { href: `${api}/pulls/${issue.number}` } },
    ...defined({ in_reply_to_id: comment.inReplyTo }),
  };
}
