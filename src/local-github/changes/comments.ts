// Everything that happens to comments and reactions, comments with their webhook. Never asks who may.
import type { Comment, Issue, Reaction, User } from '../model/index.ts';
import { commentShape, issueShape } from '../shapes/issue.ts';
import { tell } from '../world/subject.ts';
import type { Subject } from '../world/subject.ts';
import type { World } from '../world/world.ts';
import { checkComment } from './texts.ts';

/** Comments on an issue or pull request. */
export async function addComment(subject: Subject, issue: Issue, body: string): Promise<Comment> {
  const { world, repository, actor } = subject;
  checkComment(body);
  const at = world.now();
  const comment: Comment = {
    id: world.nextId(),
    issue: issue.number,
    user: actor.user,
    app: actor.app,
    body,
    createdAt: at,
    updatedAt: at,
    minimized: undefined,
    reactions: [],
  };
  repository.comments.set(comment.id, comment);
  issue.updatedAt = at;
  await emitComment(subject, comment, { action: 'created' });
  return comment;
}

/** Changes a comment. */
export async function editComment(subject: Subject, comment: Comment, body: string): Promise<void> {
  checkComment(body);
  const changes = { body: { from: comment.body } };
  comment.body = body;
  comment.updatedAt = subject.world.now();
  await emitComment(subject, comment, { action: 'edited', extra: { changes } });
}

/** Deletes a comment. */
export async function deleteComment(subject: Subject, comment: Comment): Promise<void> {
  await emitComment(subject, comment, { action: 'deleted' });
  subject.repository.comments.delete(comment.id);
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

async function emitComment(
  subject: Subject,
  comment: Comment,
  event: { readonly action: string; readonly extra?: Readonly<Record<string, unknown>> },
): Promise<void> {
  const issue = subject.repository.issues.get(comment.issue);
  if (issue === undefined) return;
  await tell(subject, {
    event: 'issue_comment',
    action: event.action,
    payload: { issue: issueShape(subject, issue), comment: commentShape(subject, comment), ...event.extra },
  });
}
