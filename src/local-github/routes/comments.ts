// Routes of comments on issues, and of reactions to both. What they change is in changes/comments.ts.
import { addComment, deleteComment, editComment, react } from '../changes/comments.ts';
import { numberParam, optionalWord, text } from '../world/input.ts';
import type { Issue } from '../model/index.ts';
import { created, forbidden, noContent, notFound, ok, page, validationFailed } from '../world/replies.ts';
import { commentShape, commentsOf, reactionShape } from '../shapes/issue.ts';
import { comments, readsIssues } from './issue-grants.ts';
import { mayAtLeast } from '../world/world.ts';
import { commentOf, issueOf } from './lookups.ts';
import { mayChange } from './may-change.ts';
import { onRepository } from './route.ts';
import type { RepositoryRequest, Route } from './route.ts';

/** `/issues/{issue_number}/comments`, `/issues/comments/{comment_id}`, and `…/reactions` of issues and comments. */
export const commentRoutes: readonly Route[] = [
  onRepository('GET /issues/{issue_number}/comments', readsIssues, (request) => {
    const { repository, url } = request;
    const since = Date.parse(url.searchParams.get('since') ?? '') || 0;
    const all = commentsOf(repository, issueOf(request).number).filter(
      ({ updatedAt }) => Date.parse(updatedAt) >= since,
    );
    return page(url, all, (some) => some.map((comment) => commentShape(request, comment)));
  }),
  onRepository('POST /issues/{issue_number}/comments', comments, async (request) => {
    const body = text(request.body, 'body');
    requireOpen(request, issueOf(request));
    return created(commentShape(request, await addComment(request, issueOf(request), body)));
  }),
  onRepository('GET /issues/comments/{comment_id}', readsIssues, (request) =>
    ok(commentShape(request, commentOf(request))),
  ),
  onRepository('PATCH /issues/comments/{comment_id}', comments, async (request) => {
    const comment = commentOf(request);
    mayChange(request, comment.user);
    await editComment(request, comment, text(request.body, 'body'));
    return ok(commentShape(request, comment));
  }),
  onRepository('DELETE /issues/comments/{comment_id}', comments, async (request) => {
    const comment = commentOf(request);
    mayChange(request, comment.user);
    await deleteComment(request, comment);
    return noContent();
  }),
  ...reactionRoutes('/issues/{issue_number}', (request) => issueOf(request).reactions),
  ...reactionRoutes('/issues/comments/{comment_id}', (request) => commentOf(request).reactions),
];

/** Whoever may not write says nothing in a conversation that was ended; Apps do not either. */
function requireOpen({ caller, repository }: RepositoryRequest, issue: Issue): void {
  const mayWrite = caller.kind === 'user' && mayAtLeast(repository, caller.user, 'write');
  if (issue.locked && !mayWrite) throw forbidden('Unable to create comment because issue is locked.');
}

function reactionRoutes(path: string, of: (request: RepositoryRequest) => Issue['reactions']): readonly Route[] {
  const contents = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const;
  return [
    onRepository(`GET ${path}/reactions`, readsIssues, (request) => {
      const wanted = request.url.searchParams.get('content');
      const all = of(request).filter(({ content }) => wanted === null || content === wanted);
      return page(request.url, all, (some) => some.map((reaction) => reactionShape(request.world, reaction)));
    }),
    onRepository(`POST ${path}/reactions`, comments, (request) => {
      const content = optionalWord(request.body, 'content', contents);
      if (content === undefined)
        throw validationFailed({ resource: 'Reaction', code: 'missing_field', field: 'content' });
      const { reaction, isNew } = react(request.world, of(request), { user: request.actor.user, content });
      return { status: isNew ? 201 : 200, body: reactionShape(request.world, reaction) };
    }),
    onRepository(`DELETE ${path}/reactions/{reaction_id}`, comments, (request) => {
      const reactions = of(request);
      const at = reactions.findIndex(({ id }) => id === numberParam(request.params, 'reaction_id'));
      if (at < 0) throw notFound();
      reactions.splice(at, 1);
      return noContent();
    }),
  ];
}
