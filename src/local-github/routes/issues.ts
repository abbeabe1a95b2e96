// Routes of issues: themselves, their events and their assignees. What they change is in changes/issues.ts.
import { assign, editIssue, openIssue, setIssueState } from '../changes/issues.ts';
import { addLabels, removeLabel } from '../changes/labels.ts';
import { reopenPull } from '../changes/pulls.ts';
import { closePull } from '../changes/refs.ts';
import { optionalText, optionalWord, text, texts } from '../world/input.ts';
import type { User } from '../model/index.ts';
import { created, ok, page } from '../world/replies.ts';
import type { Reply } from '../world/replies.ts';
import { issueEventShape, issueShape } from '../shapes/issue.ts';
import { isPull } from '../shapes/pull.ts';
import type { InRepository } from '../world/subject.ts';
import { mayAtLeast } from '../world/world.ts';
import { comments, readsIssues, writesIssues } from './issue-grants.ts';
import { issueOf } from './lookups.ts';
import { mayChange } from './may-change.ts';
import { grant, onRepository } from './route.ts';
import type { RepositoryRequest, Route } from './route.ts';

/** `/repos/{owner}/{repo}/issues…`. */
export const issueRoutes: readonly Route[] = [
  onRepository('GET /issues', readsIssues, listIssues),
  onRepository('POST /issues', [grant('issues', 'write', 'read')], async (request) => {
    const { body } = request;
    const issue = await openIssue(request, {
      title: text(body, 'title'),
      body: optionalText(body, 'body'),
      labels: texts(body, 'labels'),
      assignees: assignable(request, texts(body, 'assignees')),
      type: optionalText(body, 'type'),
    });
    return created(issueShape(request, issue));
  }),
  onRepository('GET /issues/{issue_number}', readsIssues, (request) => ok(issueShape(request, issueOf(request)))),
  onRepository('PATCH /issues/{issue_number}', comments, patchIssue),
  onRepository('GET /issues/{issue_number}/events', readsIssues, (request) =>
    page(request.url, issueOf(request).events, (some) => some.map((event) => issueEventShape(request, event))),
  ),
  onRepository('POST /issues/{issue_number}/assignees', writesIssues, async (request) => {
    const issue = issueOf(request);
    for (const user of assignable(request, texts(request.body, 'assignees'))) await assign(request, issue, user);
    return created(issueShape(request, issue));
  }),
];

function listIssues(request: RepositoryRequest): Reply {
  const { repository, url } = request;
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
  return page(url, ordered, (some) => some.map((issue) => issueShape(request, issue)));
}

async function patchIssue(request: RepositoryRequest): Promise<Reply> {
  const { body } = request;
  const issue = issueOf(request);
  mayChange(request, issue.user);
  const newBody = body['body'] === null ? null : optionalText(body, 'body');
  await editIssue(request, issue, { title: optionalText(body, 'title'), body: newBody });
  const state = optionalWord(body, 'state', ['open', 'closed']);
  const reason = optionalText(body, 'state_reason');
  if (state !== undefined && !isPull(issue)) await setIssueState(request, issue, { state, reason });
  if (state === 'closed' && isPull(issue)) await closePull(request, issue);
  if (state === 'open' && isPull(issue) && issue.state === 'closed') await reopenPull(request, issue);
  if (body['labels'] !== undefined) {
    const wanted = texts(body, 'labels').map((name) => name.toLowerCase());
    for (const { name } of issue.labels.slice())
      if (!wanted.includes(name.toLowerCase())) await removeLabel(request, issue, name);
    await addLabels(request, issue, texts(body, 'labels'));
  }
  if (body['assignees'] !== undefined) {
    const users = assignable(request, texts(body, 'assignees'));
    issue.assignees = issue.assignees.filter((user) => users.includes(user));
    for (const user of users) await assign(request, issue, user);
  }
  return ok(issueShape(request, issue));
}

/** Who cannot be assigned is left out in silence, as on GitHub. */
function assignable({ world, repository }: InRepository, logins: readonly string[]): User[] {
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
