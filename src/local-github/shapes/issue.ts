// Issues, comments, labels, reactions and issue events as GitHub's API shows them.
import type { Comment, Issue, IssueEvent, Label, Reaction, Repository, User } from '../model/index.ts';
import { nodeId, permissionOf } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { appShape, optionalUser, userShape } from './account.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';
import type { InRepository } from '../world/subject.ts';

/** An `issue`; pull requests are issues too. */
export function issueShape(here: InRepository, issue: Issue) {
  const { world, repository } = here;
  const api = `${repositoryUrl(world, repository)}/issues/${issue.number}`;
  const page = repositoryPage(world, repository);
  const html = `${page}/${issue.pull === undefined ? 'issues' : 'pull'}/${issue.number}`;
  return {
    url: api,
    repository_url: repositoryUrl(world, repository),
    labels_url: `${api}/labels{/name}`,
    comments_url: `${api}/comments`,
    events_url: `${api}/events`,
    timeline_url: `${api}/timeline`,
    html_url: html,
    id: issue.id,
    node_id: nodeId(issue.pull === undefined ? 'I' : 'PR', issue.pull?.id ?? issue.id),
    number: issue.number,
    title: issue.title,
    user: userShape(world, issue.user),
    labels: issue.labels.map((label) => labelShape(here, label)),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: issue.locked,
    active_lock_reason: null,
    assignee: optionalUser(world, issue.assignees[0]),
    assignees: issue.assignees.map((user) => userShape(world, user)),
    milestone: null,
    comments: commentsOf(repository, issue.number).length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    closed_by: optionalUser(world, issue.closedBy),
    author_association: association(repository, issue.user),
    body: issue.body,
    reactions: reactionSummary(`${api}/reactions`, issue.reactions),
    performed_via_github_app: issue.app === undefined ? null : appShape(world, issue.app),
    ...(issue.type === undefined ? {} : { type: issueType(issue.type, issue.createdAt) }),
    ...(issue.pull === undefined
      ? {}
      : {
          draft: issue.pull.draft,
          pull_request: {
            url: `${repositoryUrl(world, repository)}/pulls/${issue.number}`,
            html_url: html,
            diff_url: `${html}.diff`,
            patch_url: `${html}.patch`,
            merged_at: issue.pull.mergedAt,
          },
        }),
  };
}

/** An `issue-comment`. */
export function commentShape(here: InRepository, comment: Comment) {
  const { world, repository } = here;
  const api = repositoryUrl(world, repository);
  const kind = repository.issues.get(comment.issue)?.pull === undefined ? 'issues' : 'pull';
  return {
    url: `${api}/issues/comments/${comment.id}`,
    html_url: `${repositoryPage(world, repository)}/${kind}/${comment.issue}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${comment.issue}`,
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    user: userShape(world, comment.user),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: association(repository, comment.user),
    reactions: reactionSummary(`${api}/issues/comments/${comment.id}/reactions`, comment.reactions),
    performed_via_github_app: comment.app === undefined ? null : appShape(world, comment.app),
  };
}

/** Comments of one issue, oldest first. */
export function commentsOf(repository: Repository, issue: number): Comment[] {
  return [...repository.comments.values()].filter((comment) => comment.issue === issue);
}

/** A `label`. */
export function labelShape(here: InRepository, label: Label) {
  const { world, repository } = here;
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${repositoryUrl(world, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

/** A `reaction`. */
export function reactionShape(world: World, reaction: Reaction) {
  return {
    id: reaction.id,
    node_id: nodeId('REA', reaction.id),
    user: userShape(world, reaction.user),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

/** An event of an issue's history. */
export function issueEventShape(here: InRepository, event: IssueEvent) {
  const { world, repository } = here;
  const api = repositoryUrl(world, repository);
  return {
    id: event.id,
    node_id: nodeId('IE', event.id),
    url: `${api}/issues/events/${event.id}`,
    actor: userShape(world, event.actor),
    event: event.event,
    commit_id: event.commitId ?? null,
    commit_url: event.commitId === undefined ? null : `${api}/commits/${event.commitId}`,
    created_at: event.createdAt,
    performed_via_github_app: null,
    ...(event.label === undefined ? {} : { label: { name: event.label.name, color: event.label.color } }),
    ...(event.assignee === undefined
      ? {}
      : { assignee: userShape(world, event.assignee), assigner: userShape(world, event.actor) }),
  };
}

/** `OWNER`, `COLLABORATOR`, `NONE`: what GitHub says of an author, which is not their permission. */
export function association(repository: Repository, user: User): string {
  if (repository.owner.id === user.id) return 'OWNER';
  if (repository.collaborators.has(user.id) && permissionOf(repository, user) !== 'none') return 'COLLABORATOR';
  return 'NONE';
}

function issueType(name: string, at: string) {
  return { id: 1, node_id: nodeId('IT', 1), name, description: null, color: 'blue', created_at: at, updated_at: at };
}

function reactionSummary(url: string, reactions: readonly Reaction[]) {
  function count(content: string): number {
    return reactions.filter((reaction) => reaction.content === content).length;
  }
  return {
    url,
    total_count: reactions.length,
    '+1': count('+1'),
    '-1': count('-1'),
    laugh: count('laugh'),
    hooray: count('hooray'),
    confused: count('confused'),
    heart: count('heart'),
    rocket: count('rocket'),
    eyes: count('eyes'),
  };
}
