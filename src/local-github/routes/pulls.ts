// Routes of pull requests and their reviews. What they change is in changes/pulls.ts.
import { editIssue } from '../changes/issues.ts';
import { mergePull } from '../changes/merges.ts';
import { openPull, reopenPull, requestReviewers } from '../changes/pulls.ts';
import { closePull } from '../changes/refs.ts';
import { addReviewComment, submitReview } from '../changes/reviews.ts';
import { resolveCommit } from '../git/index.ts';
import { numberParam, objects, optionalText, optionalWord, text, texts } from '../world/input.ts';
import type { Repository } from '../model/index.ts';
import { created, itemsOn, noContent, notFound, ok, page, unprocessable, validationFailed } from '../world/replies.ts';
import type { Reply } from '../world/replies.ts';
import { grant, onRepository } from './route.ts';
import type { RepositoryRequest, Route } from './route.ts';
import { commitShape } from '../shapes/commit.ts';
import { fileShapes } from '../shapes/file.ts';
import { commitsOfPull, isPull, pullCommits, pullShape, simplePullShape } from '../shapes/pull.ts';
import type { PullIssue } from '../shapes/pull.ts';
import { reviewCommentShape, reviewShape } from '../shapes/review.ts';
import { pullOf } from './lookups.ts';

const reads = [grant('pull_requests', 'read')];
const writes = [grant('pull_requests', 'write')];
const opens = [grant('pull_requests', 'write', 'read')];

/** `/repos/{owner}/{repo}/pulls…`. */
export const pullRoutes: readonly Route[] = [
  onRepository('GET /pulls', reads, listPulls),
  onRepository('POST /pulls', opens, async (request) => {
    const { body } = request;
    const issue = await openPull(request, {
      title: optionalText(body, 'title') ?? '',
      body: optionalText(body, 'body') ?? null,
      head: text(body, 'head'),
      base: text(body, 'base'),
      draft: body['draft'] === true,
    });
    return created(await pullShape(request, issue));
  }),
  onRepository('GET /pulls/{pull_number}', reads, async (request) => ok(await pullShape(request, pullOf(request)))),
  onRepository('PATCH /pulls/{pull_number}', opens, patchPull),
  onRepository('GET /pulls/{pull_number}/files', reads, async (request) => {
    const { repository, url } = request;
    const { fork, head } = await pullCommits(repository, pullOf(request));
    return page(url, await fileShapes(request, { from: fork, to: head }));
  }),
  onRepository('GET /pulls/{pull_number}/commits', reads, async (request) => {
    const { repository, url } = request;
    const commits = await commitsOfPull(repository, pullOf(request));
    return page(url, commits, (some) => some.map((commit) => commitShape(request, commit)));
  }),
  onRepository('GET /pulls/{pull_number}/merge', reads, (request) => {
    if (!pullOf(request).pull.merged) throw notFound();
    return noContent();
  }),
  onRepository('PUT /pulls/{pull_number}/merge', [grant('contents', 'write')], async (request) => {
    const { body } = request;
    const sha = await mergePull(request, pullOf(request), {
      method: optionalWord(body, 'merge_method', ['merge', 'squash', 'rebase']) ?? 'merge',
      sha: optionalText(body, 'sha'),
      title: optionalText(body, 'commit_title'),
      message: optionalText(body, 'commit_message'),
    });
    return ok({ sha, merged: true, message: 'Pull Request successfully merged' });
  }),
  onRepository('POST /pulls/{pull_number}/requested_reviewers', writes, async (request) => {
    const { body } = request;
    const issue = pullOf(request);
    const users = texts(body, 'reviewers').map((login) => reviewerNamed(request, login));
    await requestReviewers(request, issue, users);
    return created(await simplePullShape(request, issue));
  }),
  onRepository('GET /pulls/{pull_number}/reviews', reads, (request) => {
    const { url } = request;
    const issue = pullOf(request);
    return page(url, issue.pull.reviews, (some) => some.map((review) => reviewShape(request, issue, review)));
  }),
  onRepository('POST /pulls/{pull_number}/reviews', opens, createReview),
  onRepository('GET /pulls/{pull_number}/comments', reads, (request) => {
    const { url } = request;
    const issue = pullOf(request);
    return page(url, issue.pull.reviewComments, (some) =>
      some.map((comment) => reviewCommentShape(request, issue, comment)),
    );
  }),
  onRepository('POST /pulls/{pull_number}/comments/{comment_id}/replies', opens, async (request) => {
    const { body, params } = request;
    const issue = pullOf(request);
    const parent = issue.pull.reviewComments.find(({ id }) => id === numberParam(params, 'comment_id'));
    if (parent === undefined) throw notFound();
    const { path, line, commitId, reviewId } = parent;
    const wish = { body: text(body, 'body'), path, line, commitId, reviewId };
    const comment = await addReviewComment(request, issue, {
      ...wish,
      inReplyTo: parent.inReplyTo ?? parent.id,
    });
    return created(reviewCommentShape(request, issue, comment));
  }),
];

async function listPulls(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, url } = request;
  const query = url.searchParams;
  const state = query.get('state') ?? 'open';
  const base = query.get('base');
  const head = query.get('head');
  const found = [...repository.issues.values()]
    .filter(isPull)
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => base === null || issue.pull.baseRef === base)
    // GitHub ignores a head that names no owner
    .filter(
      (issue) => head === null || !head.includes(':') || headLabel(world.repositories, issue) === head.toLowerCase(),
    );
  const ordered = query.get('direction') === 'asc' ? found : found.toReversed();
  const shapes = await Promise.all(itemsOn(url, ordered).map((issue) => simplePullShape(request, issue)));
  return page(url, ordered, () => shapes);
}

function headLabel(repositories: ReadonlyMap<number, Repository>, issue: PullIssue): string {
  const owner = repositories.get(issue.pull.headRepositoryId)?.owner.login ?? '';
  return `${owner}:${issue.pull.headRef}`.toLowerCase();
}

async function patchPull(request: RepositoryRequest): Promise<Reply> {
  const { repository, body } = request;
  const issue = pullOf(request);
  const newBody = body['body'] === null ? null : optionalText(body, 'body');
  await editIssue(request, issue, { title: optionalText(body, 'title'), body: newBody });
  const base = optionalText(body, 'base');
  if (base !== undefined && base !== issue.pull.baseRef) {
    if ((await resolveCommit(repository.dir, `refs/heads/${base}`)) === undefined)
      throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' });
    issue.pull.baseRef = base;
  }
  const state = optionalWord(body, 'state', ['open', 'closed']);
  if (state === 'closed') await closePull(request, issue);
  if (state === 'open' && issue.state === 'closed') await reopenPull(request, issue);
  return ok(await pullShape(request, issue));
}

async function createReview(request: RepositoryRequest): Promise<Reply> {
  const { body } = request;
  const issue = pullOf(request);
  const event = optionalWord(body, 'event', ['APPROVE', 'REQUEST_CHANGES', 'COMMENT']);
  if (event === undefined) throw unprocessable('Pending reviews are not kept here: "event" wasn\'t supplied.');
  const review = await submitReview(request, issue, {
    event,
    body: optionalText(body, 'body') ?? '',
    commitId: optionalText(body, 'commit_id'),
    comments: objects(body, 'comments').map((comment) => ({
      path: text(comment, 'path'),
      line: typeof comment['line'] === 'number' ? comment['line'] : null,
      body: text(comment, 'body'),
    })),
  });
  return ok(reviewShape(request, issue, review));
}

function reviewerNamed({ world, repository }: RepositoryRequest, login: string) {
  const user = world.users.get(login.toLowerCase());
  const collaborates = user !== undefined && (repository.collaborators.has(user.id) || repository.owner.id === user.id);
  if (user === undefined || !collaborates)
    throw unprocessable(
      'Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.',
    );
  return user;
}
