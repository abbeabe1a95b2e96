// Everything that happens to issues, their labels, comments and reactions, each with its webhook. Never asks who may.
import type { Actor, Comment, Issue, Label, Reaction, Repository, User } from '../model.ts';
import { unprocessable, validationFailed } from '../replies.ts';
import { commentShape, issueShape, labelShape } from '../shapes/issue.ts';
import { userShape } from '../shapes/account.ts';
import { isPull, pullShape } from '../shapes/pull.ts';
import type { World } from '../world.ts';

const bodyLimit = 65_536;

/** Opens an issue. */
export async function openIssue(
  world: World,
  repository: Repository,
  actor: Actor,
  wish: {
    readonly title: string;
    readonly body?: string | null | undefined;
    readonly labels?: readonly string[] | undefined;
    readonly assignees?: readonly User[] | undefined;
    readonly type?: string | undefined;
  },
): Promise<Issue> {
  checkText('Issue', wish.title, wish.body);
  const issue = newIssue(world, repository, actor, { title: wish.title, body: wish.body ?? null, type: wish.type });
  const labels = await Promise.all((wish.labels ?? []).map((name) => ensureLabel(world, repository, actor, name)));
  issue.labels = [...new Set(labels)];
  await emitIssue(world, repository, issue, { action: 'opened', actor });
  for (const label of issue.labels) await tellLabel(world, repository, issue, { action: 'labeled', actor, label });
  for (const user of wish.assignees ?? []) await assign(world, repository, issue, actor, user);
  return issue;
}

/** The record of a new issue, numbered; pull requests begin with one too. */
export function newIssue(
  world: World,
  repository: Repository,
  actor: Actor,
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
  world: World,
  repository: Repository,
  issue: Issue,
  change: { readonly actor: Actor; readonly title?: string | undefined; readonly body?: string | null | undefined },
): Promise<void> {
  const before: Record<string, { from: string | null }> = {};
  checkText(isPull(issue) ? 'PullRequest' : 'Issue', change.title ?? issue.title, change.body);
  if (change.title !== undefined && change.title !== issue.title) before['title'] = { from: issue.title };
  if (change.body !== undefined && change.body !== issue.body) before['body'] = { from: issue.body };
  if (Object.keys(before).length === 0) return;
  issue.title = change.title ?? issue.title;
  if (change.body !== undefined) issue.body = change.body;
  issue.updatedAt = world.now();
  await emitIssue(world, repository, issue, { action: 'edited', actor: change.actor, extra: { changes: before } });
}

/** Closes or opens again an issue that is not a pull request. */
export async function setIssueState(
  world: World,
  repository: Repository,
  issue: Issue,
  change: {
    readonly actor: Actor;
    readonly state: 'open' | 'closed';
    readonly reason?: string | undefined;
    readonly commitId?: string | undefined;
  },
): Promise<void> {
  if (issue.state === change.state) return;
  const at = world.now();
  const closed = change.state === 'closed';
  issue.state = change.state;
  issue.stateReason = closed ? (change.reason ?? 'completed') : 'reopened';
  issue.closedAt = closed ? at : null;
  issue.closedBy = closed ? change.actor.user : undefined;
  issue.updatedAt = at;
  issue.events.push({
    id: world.nextId(),
    event: closed ? 'closed' : 'reopened',
    actor: change.actor.user,
    createdAt: at,
    ...(change.commitId === undefined ? {} : { commitId: change.commitId }),
  });
  await emitIssue(world, repository, issue, { action: closed ? 'closed' : 'reopened', actor: change.actor });
}

/** Closes the issues that a text on the default branch names with `Closes #n` and its like. */
export async function closeWithKeywords(
  world: World,
  repository: Repository,
  text: string,
  actor: Actor,
  commitId?: string,
): Promise<void> {
  for (const [, number] of text.matchAll(/\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)\b/gi)) {
    const issue = repository.issues.get(Number(number));
    if (issue !== undefined && issue.pull === undefined)
      await setIssueState(world, repository, issue, { actor, state: 'closed', commitId });
  }
}

/** Puts labels on; those that are there already change nothing. Unknown names become labels. */
export async function addLabels(
  world: World,
  repository: Repository,
  issue: Issue,
  change: { readonly actor: Actor; readonly names: readonly string[] },
): Promise<void> {
  for (const name of change.names) {
    const label = await ensureLabel(world, repository, change.actor, name);
    if (issue.labels.includes(label)) continue;
    issue.labels.push(label);
    await tellLabel(world, repository, issue, { action: 'labeled', actor: change.actor, label });
  }
}

/** Takes a label off. False when it was not on. */
export async function removeLabel(
  world: World,
  repository: Repository,
  issue: Issue,
  change: { readonly actor: Actor; readonly name: string },
): Promise<boolean> {
  const label = issue.labels.find(({ name }) => name.toLowerCase() === change.name.toLowerCase());
  if (label === undefined) return false;
  issue.labels = issue.labels.filter((other) => other !== label);
  await tellLabel(world, repository, issue, { action: 'unlabeled', actor: change.actor, label });
  return true;
}

/** The label of that name, made when it is not there. */
export async function ensureLabel(world: World, repository: Repository, actor: Actor, name: string): Promise<Label> {
  const found = labelNamed(repository, name);
  return found ?? createLabel(world, repository, actor, { name, color: 'ededed', description: null });
}

/** A label by name, in any case. */
export function labelNamed(repository: Repository, name: string): Label | undefined {
  return repository.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
}

/** A new label of the repository. */
export async function createLabel(
  world: World,
  repository: Repository,
  actor: Actor,
  wish: { readonly name: string; readonly color: string; readonly description: string | null },
): Promise<Label> {
  if (labelNamed(repository, wish.name) !== undefined)
    throw validationFailed({ resource: 'Label', code: 'already_exists', field: 'name' });
  checkLabel(wish);
  const label: Label = { id: world.nextId(), ...wish };
  repository.labels.push(label);
  const payload = { label: labelShape(world, repository, label) };
  await world.emit({ event: 'label', action: 'created', repository, sender: actor.user, payload });
  return label;
}

/** Limits of label names and descriptions. */
export function checkLabel(wish: {
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}): void {
  const invalid = (field: string, message: string) =>
    validationFailed({ resource: 'Label', code: 'custom', field, message });
  if (wish.name.trim() === '') throw validationFailed({ resource: 'Label', code: 'missing_field', field: 'name' });
  if (Array.from(wish.name).length > 50) throw invalid('name', 'name is too long (maximum is 50 characters)');
  if (!/^[0-9a-f]{6}$/i.test(wish.color))
    throw validationFailed({ resource: 'Label', code: 'invalid', field: 'color' });
  if (Array.from(wish.description ?? '').length > 100)
    throw invalid('description', 'description is too long (maximum is 100 characters)');
}

/** Makes somebody an assignee. */
export async function assign(
  world: World,
  repository: Repository,
  issue: Issue,
  actor: Actor,
  user: User,
): Promise<void> {
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
  await emitIssue(world, repository, issue, { action: 'assigned', actor, extra: { assignee: userShape(world, user) } });
}

/** Comments on an issue or pull request. */
export async function addComment(
  world: World,
  repository: Repository,
  issue: Issue,
  wish: { readonly actor: Actor; readonly body: string },
): Promise<Comment> {
  checkComment(wish.body);
  const at = world.now();
  const comment: Comment = {
    id: world.nextId(),
    issue: issue.number,
    user: wish.actor.user,
    app: wish.actor.app,
    body: wish.body,
    createdAt: at,
    updatedAt: at,
    minimized: undefined,
    reactions: [],
  };
  repository.comments.set(comment.id, comment);
  issue.updatedAt = at;
  await emitComment(world, repository, comment, { action: 'created', actor: wish.actor });
  return comment;
}

/** Changes a comment. */
export async function editComment(
  world: World,
  repository: Repository,
  comment: Comment,
  change: { readonly actor: Actor; readonly body: string },
): Promise<void> {
  checkComment(change.body);
  const changes = { body: { from: comment.body } };
  comment.body = change.body;
  comment.updatedAt = world.now();
  await emitComment(world, repository, comment, { action: 'edited', actor: change.actor, extra: { changes } });
}

/** Deletes a comment. */
export async function deleteComment(
  world: World,
  repository: Repository,
  comment: Comment,
  actor: Actor,
): Promise<void> {
  await emitComment(world, repository, comment, { action: 'deleted', actor });
  repository.comments.delete(comment.id);
}

/** Reacts once per person and content. Reactions make no webhook. */
export function react(
  world: World,
  reactions: Reaction[],
  wish: { readonly user: User; readonly content: string },
): { readonly reaction: Reaction; readonly isNew: boolean } {
  const found = reactions.find(({ user, content }) => user.id === wish.user.id && content === wish.content);
  if (found !== undefined) return { reaction: found, isNew: false };
  const reaction: Reaction = { id: world.nextId(), ...wish, createdAt: world.now() };
  reactions.push(reaction);
  world.changed();
  return { reaction, isNew: true };
}

/** Sends the webhook of an issue or pull request: GitHub uses the same actions for both. */
export async function emitIssue(
  world: World,
  repository: Repository,
  issue: Issue,
  event: { readonly action: string; readonly actor: Actor; readonly extra?: Readonly<Record<string, unknown>> },
): Promise<void> {
  const object = isPull(issue)
    ? { number: issue.number, pull_request: await pullShape(world, repository, issue) }
    : { issue: issueShape(world, repository, issue) };
  await world.emit({
    event: isPull(issue) ? 'pull_request' : 'issues',
    action: event.action,
    repository,
    sender: event.actor.user,
    payload: { ...object, ...event.extra },
  });
}

async function tellLabel(
  world: World,
  repository: Repository,
  issue: Issue,
  event: { readonly action: 'labeled' | 'unlabeled'; readonly actor: Actor; readonly label: Label },
): Promise<void> {
  const { action, actor, label } = event;
  issue.updatedAt = world.now();
  issue.events.push({ id: world.nextId(), event: action, actor: actor.user, createdAt: world.now(), label });
  await emitIssue(world, repository, issue, { action, actor, extra: { label: labelShape(world, repository, label) } });
}

async function emitComment(
  world: World,
  repository: Repository,
  comment: Comment,
  event: { readonly action: string; readonly actor: Actor; readonly extra?: Readonly<Record<string, unknown>> },
): Promise<void> {
  const issue = repository.issues.get(comment.issue);
  if (issue === undefined) return;
  await world.emit({
    event: 'issue_comment',
    action: event.action,
    repository,
    sender: event.actor.user,
    payload: {
      issue: issueShape(world, repository, issue),
      comment: commentShape(world, repository, comment),
      ...event.extra,
    },
  });
}

/** Limits of titles and bodies. */
export function checkText(resource: string, title: string, body: string | null | undefined): void {
  if (title.trim() === '') throw validationFailed({ resource, code: 'missing_field', field: 'title' });
  if (Array.from(title).length > 256)
    throw validationFailed({
      resource,
      code: 'custom',
      field: 'title',
      message: 'title is too long (maximum is 256 characters)',
    });
  if (body !== null && body !== undefined && Array.from(body).length > bodyLimit)
    throw validationFailed({
      resource,
      code: 'custom',
      field: 'body',
      message: `body is too long (maximum is ${bodyLimit} characters)`,
    });
}

function checkComment(body: string): void {
  if (body.trim() === '') throw unprocessable('Validation Failed: Body cannot be blank');
  if (Array.from(body).length > bodyLimit)
    throw validationFailed({
      resource: 'IssueComment',
      code: 'unprocessable',
      field: 'data',
      message: `Body is too long (maximum is ${bodyLimit} characters)`,
    });
}
