// Pull requests: open, describe, mark ready, review, merge. Never decides whether a merge is allowed.
import { fit, isSha, withoutSkipOrders, TroupeError, defined } from '../../support/index.ts';
import type { Sha } from '../../support/index.ts';
import { allPages, orUndefined } from '../client/client.ts';
import { graphql } from '../client/graphql.ts';
import { limits } from '../client/limits.ts';
import type { PullRequestInfo, RepositoryApi } from '../client/types.ts';
import { changedText, firstText, hasOwnPart } from '../client/own-part.ts';
import { at, idOf, named } from './scope.ts';
import type { Id, Scope } from './scope.ts';

interface PullAnswer {
  readonly id: Id;
  readonly number: number;
  readonly node_id: string;
  readonly html_url: string;
  readonly title: string;
  readonly body: string | null;
  readonly state: string;
  readonly merged?: boolean;
  readonly merged_at: string | null;
  readonly merge_commit_sha?: string | null;
  readonly draft?: boolean;
  readonly head: { readonly ref: string; readonly sha: string; readonly repo: { readonly id: Id } | null };
  readonly base: { readonly ref: string; readonly repo?: { readonly node_id: string } };
  readonly user: { readonly login: string } | null;
  readonly mergeable?: boolean | null;
}

type PullCalls = Pick<
  RepositoryApi,
  | 'pullRequest'
  | 'pullRequestsByHead'
  | 'createPullRequest'
  | 'describePullRequest'
  | 'closePullRequest'
  | 'markReadyForReview'
  | 'requestReview'
  | 'reviewComment'
  | 'mergePullRequest'
>;

const ready = `mutation($id: ID!) {
  markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } }
}`;

/** Calls about pull requests. */
export function pullCalls(scope: Scope): PullCalls {
  return { ...pullReads(scope), ...pullWrites(scope), ...pullEnds(scope) };
}

/** How one pull request is named to GitHub, and to people. */
function pullsAt(scope: Scope) {
  return {
    place: (number: number) => ({ ...at(scope), pull_number: number }),
    name: (number: number): string => `${named(scope)}#${number}`,
  };
}

/** Pull requests as they are. */
function pullReads(scope: Scope): Pick<PullCalls, 'pullRequest' | 'pullRequestsByHead'> {
  const { client } = scope;
  return {
    pullRequest: (number) => readPull(scope, number),

    async pullRequestsByHead(branch, state) {
      const rows = await allPages<PullAnswer>(async (page) => {
        const { data } = await client.read(`look for pull requests of ${branch}`, (request) =>
          request('GET /repos/{owner}/{repo}/pulls', {
            ...at(scope),
            ...page,
            head: `${scope.owner}:${branch}`,
            state,
          }),
        );
        return data;
      });
      // GitHub does not tell capitals apart here, and branches do
      const told = await Promise.all(rows.map((row) => toldOf(scope, row)));
      return told.filter(({ headRef }) => headRef === branch);
    },
  };
}

/** A pull request on its way. */
function pullWrites(
  scope: Scope,
): Pick<PullCalls, 'createPullRequest' | 'describePullRequest' | 'closePullRequest' | 'markReadyForReview'> {
  const { client } = scope;
  const { place, name: pullName } = pullsAt(scope);
  return {
    async createPullRequest({ head, base, draft, ...part }) {
      const { data } = await client.once(
        `open a pull request of ${head} in ${named(scope)}`,
        { content: true },
        (request) =>
          request('POST /repos/{owner}/{repo}/pulls', {
            ...at(scope),
            ...firstText(part, head),
            head,
            base,
            draft,
          }),
      );
      return toldOf(scope, data);
    },

    async describePullRequest(number, part, write) {
      // read right before the write: GitHub has no condition for an edit
      const standing = await readPull(scope, number);
      if (standing === undefined || standing.author !== (await scope.botLogin())) return 'theirs';
      const change = changedText(part, standing);
      if (change === 'theirs') return change;
      if (Object.keys(change).length === 0) return 'same';
      await client.change(`describe ${pullName(number)}`, { known: true, write }, (request) =>
        request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', { ...place(number), ...change }),
      );
      return 'written';
    },

    async closePullRequest(number) {
      await client.change(`close ${pullName(number)}`, { known: true }, (request) =>
        request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', { ...place(number), state: 'closed' }),
      );
    },

    async markReadyForReview(nodeId) {
      try {
        await client.change(`mark a pull request of ${named(scope)} ready`, { known: true }, (request) =>
          graphql(request, ready, { id: nodeId }),
        );
        return true;
      } catch (error) {
        // Some tokens may not use this mutation; the caller says so and goes on.
        if (
          error instanceof TroupeError &&
          ['github/graphql', 'github/permission', 'github/setting', 'github/not-found'].includes(error.code)
        ) {
          return false;
        }
        throw error;
      }
    },
  };
}

/** A pull request that is judged and merged. */
function pullEnds(scope: Scope): Pick<PullCalls, 'requestReview' | 'reviewComment' | 'mergePullRequest'> {
  const { client } = scope;
  const { place, name: pullName } = pullsAt(scope);
  return {
    async requestReview(number, logins) {
      if (logins.length === 0) return;
      await client.change(`ask for a review of ${pullName(number)}`, { known: true }, (request) =>
        request('POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers', {
          ...place(number),
          reviewers: [...logins],
        }),
      );
    },

    async reviewComment(number, { event, body, commitId }) {
      await client.once(`review ${pullName(number)}`, { content: true, known: true }, (request) =>
        request('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
          ...place(number),
          event,
          body: fit(body, limits.bodyBytes),
          commit_id: commitId,
        }),
      );
    },

    async mergePullRequest(number, { sha, method, title, message }) {
      const { data } = await client.once(`merge ${pullName(number)}`, { write: 'urgent' }, (request) =>
        request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
          ...place(number),
          sha,
          merge_method: method,
          ...(title === undefined ? {} : { commit_title: withoutSkipOrders(title) }),
          ...(message === undefined ? {} : { commit_message: withoutSkipOrders(message) }),
        }),
      );
      return shaOf(data.sha);
    },
  };
}

async function readPull(scope: Scope, number: number): Promise<PullRequestInfo | undefined> {
  const { place, name: pullName } = pullsAt(scope);
  const answer = await orUndefined(
    scope.client.read(`read ${pullName(number)}`, (request) =>
      request('GET /repos/{owner}/{repo}/pulls/{pull_number}', place(number)),
    ),
  );
  return answer === undefined ? undefined : toldOf(scope, answer.data);
}

async function toldOf(scope: Scope, answer: PullAnswer): Promise<PullRequestInfo> {
  const nodeId = answer.base.repo?.node_id;
  if (nodeId !== undefined) scope.memory.nodeId = nodeId;
  const isOurs =
    hasOwnPart({ body: answer.body ?? '', headRef: answer.head.ref }) &&
    answer.user?.login === (await scope.botLogin());
  return { ...toPullRequestInfo(answer), ours: isOurs };
}

function toPullRequestInfo(answer: PullAnswer): Omit<PullRequestInfo, 'ours'> {
  return {
    id: idOf(answer.id),
    number: answer.number,
    nodeId: answer.node_id,
    url: answer.html_url,
    title: answer.title,
    body: answer.body ?? '',
    state: answer.state === 'closed' ? 'closed' : 'open',
    merged: answer.merged ?? answer.merged_at !== null,
    ...mergeShaIn(answer),
    draft: answer.draft ?? false,
    headRef: answer.head.ref,
    headSha: shaOf(answer.head.sha),
    headRepositoryId: answer.head.repo === null ? null : idOf(answer.head.repo.id),
    baseRef: answer.base.ref,
    author: answer.user?.login ?? 'ghost',
    ...defined({ mergeable: answer.mergeable }),
  };
}

/** Before the merge GitHub keeps the commit of a trial merge there. */
function mergeShaIn({ merged, merged_at: at, merge_commit_sha: sha }: PullAnswer): Pick<PullRequestInfo, 'mergeSha'> {
  return (merged ?? at !== null) && typeof sha === 'string' ? { mergeSha: shaOf(sha) } : {};
}

function shaOf(text: string): Sha {
  if (isSha(text)) return text;
  throw new TypeError(`not a commit id: ${text}`);
}
