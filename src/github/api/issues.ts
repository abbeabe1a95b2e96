// Issues and their labels, assignees, reactions and events. Never decides who may.
import { fit, milestoneFacts, oneLine, TroupeError, defined } from '../../support/index.ts';
import { allPages, orUndefined } from '../client/client.ts';
import { limits } from '../client/limits.ts';
import type { IssueInfo, RepositoryApi } from '../client/types.ts';
import { at, idOf, named } from './scope.ts';
import type { Id, Scope } from './scope.ts';

interface IssueAnswer {
  readonly id: Id;
  readonly number: number;
  readonly node_id: string;
  readonly title: string;
  readonly body?: string | null;
  readonly labels: readonly (string | { readonly name?: string })[];
  readonly state: string;
  readonly user: { readonly login: string } | null;
  readonly html_url: string;
  readonly type?: { readonly name?: string } | string | null;
  readonly milestone?: { readonly title: string } | null;
  readonly pull_request?: unknown;
  readonly locked?: boolean;
  readonly updated_at: string;
  readonly comments?: number;
}

type IssueCalls = Pick<
  RepositoryApi,
  | 'issue'
  | 'react'
  | 'addLabels'
  | 'removeLabel'
  | 'ensureLabel'
  | 'assign'
  | 'createIssue'
  | 'closeIssue'
  | 'findIssue'
  | 'ourIssues'
  | 'lastLabeled'
  | 'issuesWithLabel'
  | 'changedIssues'
>;

/** Calls about issues. */
export function issueCalls(scope: Scope): IssueCalls {
  return { ...issueReads(scope), ...issueWrites(scope), ...labelWrites(scope) };
}

/** How one issue is named to GitHub, and to people. */
function issuesAt(scope: Scope) {
  return {
    place: (issue: number) => ({ ...at(scope), issue_number: issue }),
    name: (issue: number): string => `${named(scope)}#${issue}`,
  };
}

/** Issues as they are. */
function issueReads(
  scope: Scope,
): Pick<IssueCalls, 'issue' | 'findIssue' | 'ourIssues' | 'lastLabeled' | 'issuesWithLabel' | 'changedIssues'> {
  const { client } = scope;
  const { place, name: issueName } = issuesAt(scope);
  return {
    async issue(number) {
      const answer = await orUndefined(
        client.read(`read ${issueName(number)}`, (request) =>
          request('GET /repos/{owner}/{repo}/issues/{issue_number}', place(number)),
        ),
      );
      return answer === undefined ? undefined : toIssueInfo(answer.data);
    },

    async findIssue(marker) {
      const [found] = await ours(scope, marker, 'the first');
      return found;
    },

    ourIssues: (marker) => ours(scope, marker, 'all'),

    async lastLabeled(issue, label) {
      const rows = await allPages(async (page) => {
        const { data } = await client.read(`read the events of ${issueName(issue)}`, (request) =>
          request('GET /repos/{owner}/{repo}/issues/{issue_number}/events', { ...place(issue), ...page }),
        );
        return data;
      });
      const found = rows.findLast(
        (event) => event.event === 'labeled' && 'label' in event && event.label?.name === label,
      );
      if (found === undefined || !found.actor) return undefined;
      const { login, id, type } = found.actor;
      return { actor: login, actorId: idOf(id), actorType: type, at: found.created_at };
    },

    async issuesWithLabel(label) {
      const rows = await allPages(async (page) => {
        const { data } = await client.read(`list issues labelled ${label} in ${named(scope)}`, (request) =>
          request('GET /repos/{owner}/{repo}/issues', { ...at(scope), ...page, labels: label, state: 'open' }),
        );
        return data;
      });
      return rows.map(toIssueInfo);
    },

    async changedIssues(since) {
      const order = { state: 'open', sort: 'updated', direction: 'desc', per_page: limits.pageSize } as const;
      const { data } = await client.read(`list what changed in ${named(scope)}`, (request) =>
        request('GET /repos/{owner}/{repo}/issues', { ...at(scope), ...order, since }),
      );
      return data.map(toIssueInfo);
    },
  };
}

/** Ours that hold a text: the newest, or all of them. */
async function ours(scope: Scope, marker: string, which: 'the first' | 'all'): Promise<readonly IssueInfo[]> {
  const { client } = scope;
  const creator = await scope.botLogin();
  const holds = (issue: { readonly body?: string | null }): boolean => issue.body?.includes(marker) ?? false;
  const rows = await allPages(
    async (page) => {
      const { data } = await client.read(`look for an issue in ${named(scope)}`, (request) =>
        request('GET /repos/{owner}/{repo}/issues', { ...at(scope), ...page, creator, state: 'all' }),
      );
      return data;
    },
    which === 'all' ? undefined : holds,
  );
  return rows.filter(holds).map(toIssueInfo);
}

/** Changes of an issue. */
function issueWrites(scope: Scope): Pick<IssueCalls, 'createIssue' | 'closeIssue' | 'assign' | 'react'> {
  const { client } = scope;
  const { place, name: issueName } = issuesAt(scope);
  return {
    async createIssue({ title, body, labels = [] }) {
      const { data } = await client.once(`open an issue in ${named(scope)}`, { content: true }, (request) =>
        request('POST /repos/{owner}/{repo}/issues', {
          ...at(scope),
          title: oneLine(title, limits.titleCharacters),
          body: fit(body, limits.bodyBytes),
          labels: [...labels],
        }),
      );
      return toIssueInfo(data);
    },

    async closeIssue(issue) {
      await client.change(`close ${issueName(issue)}`, { known: true }, (request) =>
        request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', { ...place(issue), state: 'closed' }),
      );
    },

    async assign(issue, logins) {
      await client.change(`assign ${issueName(issue)}`, { known: true }, (request) =>
        request('POST /repos/{owner}/{repo}/issues/{issue_number}/assignees', {
          ...place(issue),
          assignees: [...logins],
        }),
      );
    },

    async react(to, content) {
      // Reacting twice with the same content leaves one reaction.
      await client.change(`react on ${named(scope)}`, { write: 'urgent', known: true }, async (request) => {
        if ('comment' in to) {
          await request('POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', {
            ...at(scope),
            comment_id: to.comment,
            content,
          });
        } else {
          await request('POST /repos/{owner}/{repo}/issues/{issue_number}/reactions', { ...place(to.issue), content });
        }
      });
    },
  };
}

/** Labels, on issues and of the repository. */
function labelWrites(scope: Scope): Pick<IssueCalls, 'addLabels' | 'removeLabel' | 'ensureLabel'> {
  const { client } = scope;
  const { place, name: issueName } = issuesAt(scope);
  return {
    async addLabels(issue, labels) {
      if (labels.length === 0) return;
      await client.change(`label ${issueName(issue)}`, { known: true }, (request) =>
        request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', { ...place(issue), labels: [...labels] }),
      );
    },

    async removeLabel(issue, label) {
      await orUndefined(
        client.change(`remove label ${label} of ${issueName(issue)}`, {}, (request) =>
          request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', { ...place(issue), name: label }),
        ),
      );
    },

    async ensureLabel(label) {
      try {
        await client.change(`create label ${label.name}`, {}, (request) =>
          request('POST /repos/{owner}/{repo}/labels', {
            ...at(scope),
            name: oneLine(label.name, limits.labelCharacters),
            color: label.color,
            description: oneLine(label.description, limits.labelDescriptionCharacters),
          }),
        );
      } catch (error) {
        if (!(error instanceof TroupeError && error.code === 'github/exists')) throw error;
      }
    },
  };
}

function toIssueInfo(answer: IssueAnswer): IssueInfo {
  const type = typeof answer.type === 'string' ? answer.type : answer.type?.name;
  const milestone = answer.milestone?.title;
  const facts = milestoneFacts(answer.milestone);
  return {
    id: idOf(answer.id),
    number: answer.number,
    nodeId: answer.node_id,
    title: answer.title,
    body: answer.body ?? '',
    labels: answer.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))),
    state: answer.state === 'closed' ? 'closed' : 'open',
    author: answer.user?.login ?? 'ghost',
    url: answer.html_url,
    isPullRequest: answer.pull_request !== undefined && answer.pull_request !== null,
    updatedAt: answer.updated_at,
    ...(answer.locked === true ? { locked: true } : {}),
    ...defined({ type, milestone, milestoneFacts: facts, comments: answer.comments }),
  };
}
