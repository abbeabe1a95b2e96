// Routes of pull requests and their reviews. What they change is in changes/pulls.ts.
import { editIssue } from '../changes/issues.ts';
import { addReviewComment, mergePull, openPull, reopenPull, requestReviewers, submitReview } from '../changes/pulls.ts';
import { closePull } from '../changes/refs.ts';
import { actorOf } from '../caller.ts';
import { resolveCommit } from '../git.ts';
import { numberParam, objects, optionalText, optionalWord, text, texts } from '../input.ts';
import type { Repository } from '../model.ts';
import { created, itemsOn, noContent, notFound, ok, page, unprocessable, validationFailed } from '../replies.ts';
import type { Reply } from '../replies.ts';
import { grant, onRepository } from '../router.ts';
import type { RepositoryRequest, Route } from '../router.ts';
import { commitShape } from '../shapes/commit.ts';
import {
  commitsOfPull,
  fileShapes,
  isPull,
  pullCommits,
  pullShape,
  reviewCommentShape,
  reviewShape,
  simplePullShape,
} from '../shapes/pull.ts';
import type { PullIssue } from '../shapes/pull.ts';
import { findIssue } from '../world.ts';

const reads = [grant('pull_requests', 'read')];
const writes = [grant('pull_requests', 'write')];
const opens = [grant('pull_requests', 'write', 'read')];

/** `/repos/{owner}/{repo}/pulls…`. */
export const pullRoutes: readonly Route[] = [
  onRepository('GET', '/pulls', reads, listPulls),
  onRepository('POST', '/pulls', opens, async (request) => {
    const { world, repository, body } = request;
    const issue = await openPull(world, repository, {
      actor: actorOf(request.caller),
      title: optionalText(body, 'title') ?? '',
      body: optionalText(body, 'body') ?? null,
      head: text(body, 'head'),
      base: text(body, 'base'),
      draft: body['draft'] === true,
    });
    return created(await pullShape(world, repository, issue));
  }),
  onRepository('GET', '/pulls/{pull_number}', reads, async (request) =>
    ok(await pullShape(request.world, request.repository, pullOf(request))),
  ),
  onRepository('PATCH', '/pulls/{pull_number}', opens, patchPull),
  onRepository('GET', '/pulls/{pull_number}/files', reads, async (request) => {
    const { world, repository, url } = request;
    const { fork, head } = await pullCommits(repository, pullOf(request));
    return page(url, await fileShapes(world, repository, { from: fork, to: head }));
  }),
  onRepository('GET', '/pulls/{pull_number}/commits', reads, async (request) => {
    const { world, repository, url } = request;
    const commits = await commitsOfPull(repository, pullOf(request));
    return page(url, commits, (some) => some.map((commit) => commitShape(world, repository, commit)));
  }),
  onRepository('GET', '/pulls/{pull_number}/merge', reads, (request) => {
    if (!pullOf(request).pull.merged) throw notFound();
    return noContent();
  }),
  onRepository('PUT', '/pulls/{pull_number}/merge', [grant('contents', 'write')], async (request) => {
    const { world, repository, body } = request;
    const sha = await mergePull(world, repository, pullOf(request), {
      actor: actorOf(request.caller),
      method: optionalWord(body, 'merge_method', ['merge', 'squash', 'rebase']) ?? 'merge',
      sha: optionalText(body, 'sha'),
      title: optionalText(body, 'commit_title'),
      message: optionalText(body, 'commit_message'),
    });
    return ok({ sha, merged: true, message: 'Pull Request successfully merged' });
  }),
  onRepository('POST', '/pulls/{pull_number}/requested_reviewers', writes, async (request) => {
    const { world, repository, body } = request;
    const issue = pullOf(request);
    const users = texts(body, 'reviewers').map((login) => reviewerNamed(request, login));
    await requestReviewers(world, repository, issue, { actor: actorOf(request.caller), users });
    return created(await simplePullShape(world, repository, issue));
  }),
  onRepository('GET', '/pulls/{pull_number}/reviews', reads, (request) => {
    const { world, repository, url } = request;
    const issue = pullOf(request);
    return page(url, issue.pull.reviews, (some) =>
      some.map((review) => reviewShape(world, repository, issue.number, review)),
    );
  }),
  onRepository('POST', '/pulls/{pull_number}/reviews', opens, createReview),
  onRepository('GET', '/pulls/{pull_number}/comments', reads, (request) => {
    const { world, repository, url } = request;
    const issue = pullOf(request);
    return page(url, issue.pull.reviewComments, (some) =>
      some.map((comment) => reviewCommentShape(world, repository, issue.number, comment)),
    );
  }),
  onRepository('POST', '/pulls/{pull_number}/comments/{comment_id}/replies', opens, async (request) => {
    const { world, repository, body, params } = request;
    const issue = pullOf(request);
    const parent = issue.pull.reviewComments.find(({ id }) => id === numberParam(params, 'comment_id'));
    if (parent === undefined) throw notFound();
    const { path, line, commitId, reviewId } = parent;
    const wish = { actor: actorOf(request.caller), body: text(body, 'body'), path, line, commitId, reviewId };
    const comment = await addReviewComment(world, repository, issue, {
      ...wish,
      inReplyTo: parent.inReplyTo ?? parent.id,
    });
    return created(reviewCommentShape(world, repository, issue.number, comment));
  }),
];

async function listPulls({ world, repository, url }: RepositoryRequest): Promise<Reply> {
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
  const shapes = await Promise.all(itemsOn(url, ordered).map((issue) => simplePullShape(world, repository, issue)));
  return page(url, ordered, () => shapes);
}

function headLabel(repositories: ReadonlyMap<number, Repository>, issue: PullIssue): string {
  const owner = repositories.get(issue.pull.headRepositoryId)?.owner.login ?? '';
  return `${owner}:${issue.pull.headRef}`.toLowerCase();
}

async function patchPull(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, body } = request;
  const issue = pullOf(request);
  const actor = actorOf(request.caller);
  const newBody = body['body'] === null ? null : optionalText(body, 'body');
  await editIssue(world, repository, issue, { actor, title: optionalText(body, 'title'), body: newBody });
  const base = optionalText(body, 'base');
  if (base !== undefined && base !== issue.pull.baseRef) {
    if ((await resolveCommit(repository.dir, `refs/heads/${base}`)) === undefined)
      throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' });
    issue.pull.baseRef = base;
  }
  const state = optionalWord(body, 'state', ['open', 'closed']);
  if (state === 'closed') await closePull(world, repository, issue, { actor });
  if (state === 'open' && issue.state === 'closed') await reopenPull(world, repository, issue, actor);
  return ok(await pullShape(world, repository, issue));
}

async function createReview(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, body } = request;
  const issue = pullOf(request);
  const event = optionalWord(body, 'event', ['APPROVE', 'REQUEST_CHANGES', 'COMMENT']);
  if (event === undefined) throw unprocessable('Pending reviews are not kept here: "event" wasn\'t supplied.');
  const review = await submitReview(world, repository, issue, {
    actor: actorOf(request.caller),
    event,
    body: optionalText(body, 'body') ?? '',
    commitId: optionalText(body, 'commit_id'),
    comments: objects(body, 'comments').map((comment) => ({
      path: text(comment, 'path'),
      line: typeof comment['line'] === 'number' ? comment['line'] : null,
      body: text(comment, 'body'),
    })),
  });
  return ok(reviewShape(world, repository, issue.number, review));
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

function pullOf({ repository, params }: RepositoryRequest): PullIssue {
  const issue = findIssue(repository, numberParam(params, 'pull_number'));
  if (!isPull(issue)) throw notFound();
  return issue;
}
