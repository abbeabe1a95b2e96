// Everything that happens to issues, each change with its webhook. Never asks who may.
import { defined } from '../../support/index.ts';
import type { Issue, User } from '../model/index.ts';
import { userShape } from '../shapes/account.ts';
import { isPull } from '../shapes/pull.ts';
import type { Subject } from '../world/subject.ts';
import { emitIssue } from './emissions.ts';
import { ensureLabel, tellLabel } from './labels.ts';
import { checkText } from './texts.ts';

/** Opens an issue. */
export async function openIssue(
  subject: Subject,
  wish: {
    readonly title: string;
    readonly body?: string | null | undefined;
    readonly labels?: readonly string[] | undefined;
    readonly assignees?: readonly User[] | undefined;
    readonly type?: string | undefined;
  },
): Promise<Issue> {
  checkText('Issue', wish.title, wish.body);
  const issue = newIssue(subject, { title: wish.title, body: wish.body ?? null, type: wish.type });
  const labels = await Promise.all((wish.labels ?? []).map((name) => ensureLabel(subject, name)));
  issue.labels = [...new Set(labels)];
  await emitIssue(subject, issue, { action: 'opened' });
  for (const label of issue.labels) await tellLabel(subject, issue, { action: 'labeled', label });
  for (const user of wish.assignees ?? []) await assign(subject, issue, user);
  return issue;
}

/** The record of a new issue, numbered; pull requests begin with one too. */
export function newIssue(
  { world, repository, actor }: Subject,
  wish: {
    readonly title: string;
    readonly body: string | null;
    readonly type?: string | undefined;
    readonly pull?: Issue['pull'];
  },
): Issue {
  const at = world.now();
  const issue: Issue = {
    id: world.nextId(),
    number: repository.nextNumber,
    title: wish.title,
    body: wish.body,
    user: actor.user,
    app: actor.app,
    state: 'open',
    stateReason: null,
    labels: [],
    assignees: [],
    type: wish.type,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedBy: undefined,
    locked: false,
    events: [],
    reactions: [],
    pull: wish.pull,
  };
  repository.nextNumber += 1;
  repository.issues.set(issue.number, issue);
  return issue;
}

/** Changes title or body. */
export async function editIssue(
  subject: Subject,
  issue: Issue,
  change: { readonly title?: string | undefined; readonly body?: string | null | undefined },
): Promise<void> {
  const before: Record<string, { from: string | null }> = {};
  checkText(isPull(issue) ? 'PullRequest' : 'Issue', change.title ?? issue.title, change.body);
  if (change.title !== undefined && change.title !== issue.title) before['title'] = { from: issue.title };
  if (change.body !== undefined && change.body !== issue.body) before['body'] = { from: issue.body };
  if (Object.keys(before).length === 0) return;
  issue.title = change.title ?? issue.title;
  if (change.body !== undefined) issue.body = change.body;
  issue.updatedAt = subject.world.now();
  await emitIssue(subject, issue, { action: 'edited', extra: { changes: before } });
}

/** Closes or opens again an issue that is not a pull request. */
export async function setIssueState(
  subject: Subject,
  issue: Issue,
  change: {
    readonly state: 'open' | 'closed';
    readonly reason?: string | undefined;
    readonly commitId?: string | undefined;
  },
): Promise<void> {
  const { world, actor } = subject;
  if (issue.state === change.state) return;
  const at = world.now();
  const closed = change.state === 'closed';
  issue.state = change.state;
  issue.stateReason = closed ? (change.reason ?? 'completed') : 'reopened';
  issue.closedAt = closed ? at : null;
  issue.closedBy = closed ? actor.user : undefined;
  issue.updatedAt = at;
  issue.events.push({
    id: world.nextId(),
    event: closed ? 'closed' : 'reopened',
    actor: actor.user,
    createdAt: at,
    ...defined({ commitId: change.commitId }),
  });
  await emitIssue(subject, issue, { action: closed ? 'closed' : 'reopened' });
}

/** Closes the issues that a text on the default branch names with `Closes #n` and its like. */
export async function closeWithKeywords(subject: Subject, text: string, commitId?: string): Promise<void> {
  for (const [, number] of text.matchAll(/\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)\b/gi)) {
    const issue = subject.repository.issues.get(Number(number));
    if (issue !== undefined && issue.pull === undefined)
      await setIssueState(subject, issue, { state: 'closed', commitId });
  }
}

/** Makes somebody an assignee. */
export async function assign(subject: Subject, issue: Issue, user: User): Promise<void> {
  const { world, actor } = subject;
  if (issue.assignees.includes(user)) return;
  issue.assignees.push(user);
  issue.updatedAt = world.now();
  issue.events.push({
    id: world.nextId(),
    event: 'assigned',
    actor: actor.user,
    createdAt: world.now(),
    assignee: user,
  });
  await emitIssue(subject, issue, { action: 'assigned', extra: { assignee: userShape(world, user) } });
}
