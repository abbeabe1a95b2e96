// Routes of issues, comments, labels, assignees and reactions. What they change is in changes/issues.ts.
import {
  addComment,
  addLabels,
  assign,
  checkLabel,
  createLabel,
  deleteComment,
  editComment,
  editIssue,
  labelNamed,
  openIssue,
  react,
  removeLabel,
  setIssueState,
} from '../changes/issues.ts';
import { reopenPull } from '../changes/pulls.ts';
import { closePull } from '../changes/refs.ts';
import { actorOf } from '../caller.ts';
import { numberParam, optionalText, optionalWord, text, texts } from '../input.ts';
import type { Actor, Issue, Label, Repository, User } from '../model.ts';
import { created, forbidden, noContent, notFound, ok, page, validationFailed } from '../replies.ts';
import type { Reply } from '../replies.ts';
import { grant, onRepository } from '../router.ts';
import type { RepositoryRequest, Route } from '../router.ts';
import { commentShape, commentsOf, issueEventShape, issueShape, labelShape, reactionShape } from '../shapes/issue.ts';
import { isPull } from '../shapes/pull.ts';
import { findComment, findIssue, mayAtLeast } from '../world.ts';
import type { World } from '../world.ts';

const readsIssues = [grant('issues', 'read'), grant('pull_requests', 'read')];
const writesIssues = [grant('issues', 'write', 'triage'), grant('pull_requests', 'write', 'triage')];
const comments = [grant('issues', 'write', 'read'), grant('pull_requests', 'write', 'read')];

/** `/repos/{owner}/{repo}/issues…` and `/labels…`. */
export const issueRoutes: readonly Route[] = [
  onRepository('GET', '/issues', readsIssues, listIssues),
  onRepository('POST', '/issues', [grant('issues', 'write', 'read')], async (request) => {
    const { world, repository, body } = request;
    const actor = actorOf(request.caller);
    const issue = await openIssue(world, repository, actor, {
      title: text(body, 'title'),
      body: optionalText(body, 'body'),
      labels: texts(body, 'labels'),
      assignees: assignable(world, repository, texts(body, 'assignees')),
      type: optionalText(body, 'type'),
    });
    return created(issueShape(world, repository, issue));
  }),
  onRepository('GET', '/issues/{issue_number}', readsIssues, (request) =>
    ok(issueShape(request.world, request.repository, issueOf(request))),
  ),
  onRepository('PATCH', '/issues/{issue_number}', comments, patchIssue),
  onRepository('GET', '/issues/{issue_number}/comments', readsIssues, (request) => {
    const { world, repository, url } = request;
    const since = Date.parse(url.searchParams.get('since') ?? '') || 0;
    const all = commentsOf(repository, issueOf(request).number).filter(
      ({ updatedAt }) => Date.parse(updatedAt) >= since,
    );
    return page(url, all, (some) => some.map((comment) => commentShape(world, repository, comment)));
  }),
  onRepository('POST', '/issues/{issue_number}/comments', comments, async (request) => {
    const { world, repository, body } = request;
    const wish = { actor: actorOf(request.caller), body: text(body, 'body') };
    return created(commentShape(world, repository, await addComment(world, repository, issueOf(request), wish)));
  }),
  onRepository('GET', '/issues/comments/{comment_id}', readsIssues, (request) =>
    ok(commentShape(request.world, request.repository, commentOf(request))),
  ),
  onRepository('PATCH', '/issues/comments/{comment_id}', comments, async (request) => {
    const { world, repository, body } = request;
    const comment = commentOf(request);
    const actor = mayChange(request, comment.user);
    await editComment(world, repository, comment, { actor, body: text(body, 'body') });
    return ok(commentShape(world, repository, comment));
  }),
  onRepository('DELETE', '/issues/comments/{comment_id}', comments, async (request) => {
    const comment = commentOf(request);
    await deleteComment(request.world, request.repository, comment, mayChange(request, comment.user));
    return noContent();
  }),
  onRepository('GET', '/issues/{issue_number}/events', readsIssues, (request) => {
    const { world, repository, url } = request;
    return page(url, issueOf(request).events, (some) => some.map((event) => issueEventShape(world, repository, event)));
  }),
  ...reactionRoutes('/issues/{issue_number}', (request) => issueOf(request).reactions),
  ...reactionRoutes('/issues/comments/{comment_id}', (request) => commentOf(request).reactions),
  onRepository('GET', '/issues/{issue_number}/labels', readsIssues, (request) =>
    page(request.url, issueOf(request).labels, (some) => labelShapes(request, some)),
  ),
  onRepository('POST', '/issues/{issue_number}/labels', writesIssues, async (request) => {
    const issue = issueOf(request);
    const names = texts(request.body, 'labels');
    await addLabels(request.world, request.repository, issue, { actor: actorOf(request.caller), names });
    return ok(labelShapes(request, issue.labels));
  }),
  onRepository('DELETE', '/issues/{issue_number}/labels/{name}', writesIssues, async (request) => {
    const { world, repository, params } = request;
    const issue = issueOf(request);
    const change = { actor: actorOf(request.caller), name: params['name'] ?? '' };
    if (!(await removeLabel(world, repository, issue, change))) throw notFound('Label does not exist');
    return ok(labelShapes(request, issue.labels));
  }),
  onRepository('POST', '/issues/{issue_number}/assignees', writesIssues, async (request) => {
    const { world, repository, body } = request;
    const issue = issueOf(request);
    for (const user of assignable(world, repository, texts(body, 'assignees')))
      await assign(world, repository, issue, actorOf(request.caller), user);
    return created(issueShape(world, repository, issue));
  }),
  onRepository('GET', '/labels', readsIssues, ({ world, repository, url }) =>
    page(url, repository.labels, (some) => some.map((label) => labelShape(world, repository, label))),
  ),
  onRepository('POST', '/labels', writesIssues, async (request) => {
    const { world, repository, body } = request;
    const label = await createLabel(world, repository, actorOf(request.caller), {
      name: text(body, 'name'),
      color: optionalText(body, 'color') ?? 'ededed',
      description: optionalText(body, 'description') ?? null,
    });
    return created(labelShape(world, repository, label));
  }),
  onRepository('GET', '/labels/{name}', readsIssues, (request) =>
    ok(labelShape(request.world, request.repository, labelOf(request))),
  ),
  onRepository('PATCH', '/labels/{name}', writesIssues, patchLabel),
  onRepository('DELETE', '/labels/{name}', writesIssues, async (request) => {
    const { world, repository } = request;
    const label = labelOf(request);
    repository.labels.splice(repository.labels.indexOf(label), 1);
    for (const issue of repository.issues.values()) issue.labels = issue.labels.filter((other) => other !== label);
    const payload = { label: labelShape(world, repository, label) };
    await world.emit({ event: 'label', action: 'deleted', repository, sender: actorOf(request.caller).user, payload });
    return noContent();
  }),
];

function reactionRoutes(path: string, of: (request: RepositoryRequest) => Issue['reactions']): readonly Route[] {
  const contents = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;
  return [
    onRepository('GET', `${path}/reactions`, readsIssues, (request) => {
      const wanted = request.url.searchParams.get('content');
      const all = of(request).filter(({ content }) => wanted === null || content === wanted);
      return page(request.url, all, (some) => some.map((reaction) => reactionShape(request.world, reaction)));
    }),
    onRepository('POST', `${path}/reactions`, comments, (request) => {
      const content = optionalWord(request.body, 'content', contents);
      if (content === undefined)
        throw validationFailed({ resource: 'Reaction', code: 'missing_field', field: 'content' });
      const { reaction, isNew } = react(request.world, of(request), { user: actorOf(request.caller).user, content });
      return { status: isNew ? 201 : 200, body: reactionShape(request.world, reaction) };
    }),
    onRepository('DELETE', `${path}/reactions/{reaction_id}`, comments, (request) => {
      const reactions = of(request);
      const at = reactions.findIndex(({ id }) => id === numberParam(request.params, 'reaction_id'));
      if (at < 0) throw notFound();
      reactions.splice(at, 1);
      return noContent();
    }),
  ];
}

function listIssues({ world, repository, url }: RepositoryRequest): Reply {
  const query = url.searchParams;
  const state = query.get('state') ?? 'open';
  const labels = (query.get('labels') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const since = Date.parse(query.get('since') ?? '') || 0;
  const creator = query.get('creator');
  const byUpdate = query.get('sort') === 'updated';
  const found = [...repository.issues.values()].filter(
    (issue) =>
      (state === 'all' || issue.state === state) &&
      labels.every((name) => issue.labels.some((label) => label.name.toLowerCase() === name)) &&
      Date.parse(issue.updatedAt) >= since &&
      (creator === null || issue.user.login === creator),
  );
  const sorted = found.toSorted((a, b) =>
    byUpdate ? Date.parse(b.updatedAt) - Date.parse(a.updatedAt) || b.number - a.number : b.number - a.number,
  );
  const ordered = query.get('direction') === 'asc' ? sorted.toReversed() : sorted;
  return page(url, ordered, (some) => some.map((issue) => issueShape(world, repository, issue)));
}

async function patchIssue(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, body } = request;
  const issue = issueOf(request);
  const actor = mayChange(request, issue.user);
  const newBody = body['body'] === null ? null : optionalText(body, 'body');
  await editIssue(world, repository, issue, { actor, title: optionalText(body, 'title'), body: newBody });
  const state = optionalWord(body, 'state', ['open', 'closed']);
  const reason = optionalText(body, 'state_reason');
  if (state !== undefined && !isPull(issue)) await setIssueState(world, repository, issue, { actor, state, reason });
  if (state === 'closed' && isPull(issue)) await closePull(world, repository, issue, { actor });
  if (state === 'open' && isPull(issue) && issue.state === 'closed') await reopenPull(world, repository, issue, actor);
  if (body['labels'] !== undefined) {
    const wanted = texts(body, 'labels').map((name) => name.toLowerCase());
    for (const { name } of issue.labels.slice())
      if (!wanted.includes(name.toLowerCase())) await removeLabel(world, repository, issue, { actor, name });
    await addLabels(world, repository, issue, { actor, names: texts(body, 'labels') });
  }
  if (body['assignees'] !== undefined) {
    const users = assignable(world, repository, texts(body, 'assignees'));
    issue.assignees = issue.assignees.filter((user) => users.includes(user));
    for (const user of users) await assign(world, repository, issue, actor, user);
  }
  return ok(issueShape(world, repository, issue));
}

async function patchLabel(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, body } = request;
  const label = labelOf(request);
  const wish = {
    name: optionalText(body, 'new_name') ?? label.name,
    color: optionalText(body, 'color') ?? label.color,
    description: optionalText(body, 'description') ?? label.description,
  };
  checkLabel(wish);
  Object.assign(label, wish);
  const payload = { label: labelShape(world, repository, label), changes: {} };
  await world.emit({ event: 'label', action: 'edited', repository, sender: actorOf(request.caller).user, payload });
  return ok(labelShape(world, repository, label));
}

/** One's own things, or triage on everything. Apps with the grant may change what anybody wrote. */
function mayChange(request: RepositoryRequest, author: User): Actor {
  const actor = actorOf(request.caller);
  if (
    request.caller.kind === 'user' &&
    actor.user.id !== author.id &&
    !mayAtLeast(request.repository, actor.user, 'triage')
  )
    throw forbidden('Must have admin rights to Repository.');
  return actor;
}

/** Who cannot be assigned is left out in silence, as on GitHub. */
function assignable(world: World, repository: Repository, logins: readonly string[]): User[] {
  return logins
    .map((login) => world.users.get(login.toLowerCase()))
    .filter((user) => user !== undefined)
    .filter(
      (user) =>
        user.type === 'User' &&
        mayAtLeast(repository, user, 'read') &&
        (repository.collaborators.has(user.id) || repository.owner.id === user.id),
    );
}

function labelShapes({ world, repository }: RepositoryRequest, labels: readonly Label[]) {
  return labels.map((label) => labelShape(world, repository, label));
}

function issueOf({ repository, params }: RepositoryRequest): Issue {
  return findIssue(repository, numberParam(params, 'issue_number'));
}

function commentOf({ repository, params }: RepositoryRequest) {
  return findComment(repository, numberParam(params, 'comment_id'));
}

function labelOf({ repository, params }: RepositoryRequest): Label {
  const label = labelNamed(repository, params['name'] ?? '');
  if (label === undefined) throw notFound();
  return label;
}
