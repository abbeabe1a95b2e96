// Reviews of pull requests: what they say of which place, and answers to that; and who is in a team. Never decides what is answered.
import { fit } from '../../support/index.ts';
import { allPages, orUndefined } from '../client/client.ts';
import { limits } from '../client/limits.ts';
import type { RepositoryApi } from '../client/types.ts';
import { at, idOf, named } from './scope.ts';
import type { Id, Scope } from './scope.ts';

interface ReviewCommentAnswer {
  readonly id: Id;
  readonly pull_request_review_id: Id | null;
  readonly in_reply_to_id?: Id;
  readonly path: string;
  readonly line?: number | null;
  readonly original_line?: number | null;
  readonly body: string;
  readonly user: { readonly login: string } | null;
}

type ReviewCalls = Required<
  Pick<RepositoryApi, 'reviewThreads' | 'replyToReviewThread' | 'hasReviewReply' | 'isTeamMember'>
>;

/** Calls about reviews. */
export function reviewCalls(scope: Scope): ReviewCalls {
  const { client } = scope;

  function list(number: number): Promise<ReviewCommentAnswer[]> {
    return allPages<ReviewCommentAnswer>(async (page) => {
      const { data } = await client.read(`read the review comments of ${named(scope)}#${number}`, (request) =>
        request('GET /repos/{owner}/{repo}/pulls/{pull_number}/comments', {
          ...at(scope),
          ...page,
          pull_number: number,
        }),
      );
      return data;
    });
  }

  async function hasReviewReply(number: number, marker: string): Promise<boolean> {
    const botLogin = await scope.botLogin();
    return (await list(number)).some((one) => one.user?.login === botLogin && one.body.includes(marker));
  }

  return {
    hasReviewReply,

    async reviewThreads(number, reviewId) {
      const comments = await list(number);
      return comments
        .filter((one) => Number(one.pull_request_review_id) === reviewId && one.in_reply_to_id === undefined)
        .map(({ id, path, line, original_line: originalLine, body, user }) => ({
          id: idOf(id),
          path,
          line: line ?? originalLine ?? null,
          body,
          author: user?.login ?? 'ghost',
        }));
    },

    async replyToReviewThread(number, { comment, body, marker }) {
      if (await hasReviewReply(number, marker)) return;
      await client.once(`answer a review of ${named(scope)}#${number}`, { content: true }, (request) =>
        request('POST /repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies', {
          ...at(scope),
          pull_number: number,
          comment_id: comment,
          body: fit(`${body}\n\n${marker}`, limits.bodyBytes),
        }),
      );
    },

    isTeamMember: (team, login) => isTeamMember(client, team, login),
  };
}

async function isTeamMember(client: Scope['client'], team: string, login: string): Promise<boolean> {
  const [org = '', slug = ''] = team.split('/');
  try {
    const answer = await orUndefined(
      client.read(`ask whether somebody is in ${team}`, (request) =>
        request('GET /orgs/{org}/teams/{team_slug}/memberships/{username}', {
          org,
          team_slug: slug,
          username: login,
        }),
      ),
    );
    return answer?.data.state === 'active';
  } catch {
    // who cannot be asked about is not in it
    return false;
  }
}
