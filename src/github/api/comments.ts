// Comments on issues and pull requests. Never looks at what they say but for a marker.
import { fit, defined } from '../../support/index.ts';
import { allPages, orUndefined } from '../client/client.ts';
import { graphql } from '../client/graphql.ts';
import { limits } from '../client/limits.ts';
import type { CommentInfo, RepositoryApi } from '../client/types.ts';
import { at, idOf, named } from './scope.ts';
import type { Id, Scope } from './scope.ts';

interface CommentAnswer {
  readonly id: Id;
  readonly node_id: string;
  readonly body?: string;
  readonly user: { readonly login: string } | null;
  readonly html_url: string;
  readonly created_at?: string;
  readonly updated_at?: string;
}

type CommentCalls = Pick<
  RepositoryApi,
  'comments' | 'findComment' | 'ourComments' | 'createComment' | 'updateComment' | 'deleteComment' | 'minimizeComment'
>;

const minimize = `mutation($id: ID!) {
  minimizeComment(input: { subjectId: $id, classifier: OUTDATED }) { minimizedComment { isMinimized } }
}`;

/** Calls about comments. */
export function commentCalls(scope: Scope): CommentCalls {
  const { client } = scope;

  function list(issue: number, isLast?: (comment: CommentAnswer) => boolean): Promise<CommentAnswer[]> {
    return allPages<CommentAnswer>(async (page) => {
      const { data } = await client.read(`read the comments of ${named(scope)}#${issue}`, (request) =>
        request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
          ...at(scope),
          ...page,
          issue_number: issue,
        }),
      );
      return data;
    }, isLast);
  }

  async function ours(marker: string): Promise<(comment: CommentAnswer) => boolean> {
    const botLogin = await scope.botLogin();
    return ({ user, body }) => user?.login === botLogin && (body?.includes(marker) ?? false);
  }

  return {
    async comments(issue) {
      return (await list(issue)).map(toCommentInfo);
    },

    async findComment(issue, marker) {
      const isOurs = await ours(marker);
      const found = (await list(issue, isOurs)).find(isOurs);
      return found === undefined ? undefined : toCommentInfo(found);
    },

    async ourComments(issue, marker) {
      return (await list(issue)).filter(await ours(marker)).map(toCommentInfo);
    },

    async createComment(issue, body, write) {
      const { data } = await client.once(
        `comment on ${named(scope)}#${issue}`,
        { write, content: true, known: true },
        (request) =>
          request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
            ...at(scope),
            issue_number: issue,
            body: fit(body, limits.bodyBytes),
          }),
      );
      return toCommentInfo(data);
    },

    ...changesOf(scope),
  };
}

/** What becomes of a comment that is there. */
function changesOf(scope: Scope): Required<Pick<CommentCalls, 'updateComment' | 'deleteComment' | 'minimizeComment'>> {
  const { client } = scope;
  return {
    async updateComment(id, body, write) {
      await client.change(`edit a comment of ${named(scope)}`, { write }, (request) =>
        request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
          ...at(scope),
          comment_id: id,
          body: fit(body, limits.bodyBytes),
        }),
      );
    },

    async deleteComment(id) {
      await orUndefined(
        client.change(`delete a comment of ${named(scope)}`, {}, (request) =>
          request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', { ...at(scope), comment_id: id }),
        ),
      );
    },

    async minimizeComment(nodeId) {
      await client.change(`fold a comment of ${named(scope)}`, {}, (request) =>
        graphql(request, minimize, { id: nodeId }),
      );
    },
  };
}

function toCommentInfo(answer: CommentAnswer): CommentInfo {
  return {
    id: idOf(answer.id),
    nodeId: answer.node_id,
    body: answer.body ?? '',
    author: answer.user?.login ?? 'ghost',
    url: answer.html_url,
    ...defined({ createdAt: answer.created_at, updatedAt: answer.updated_at }),
  };
}
