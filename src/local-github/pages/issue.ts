// The page of an issue, and the lists of issues and pull requests.
import type { Issue } from '../model/index.ts';
import { commentsOf } from '../shapes/issue.ts';
import { html } from './html/html.ts';
import type { Content, Html } from './html/html.ts';
import { icon } from './html/icons.ts';
import { author, counted, pathOf, pill, standingOf, stateBadge, timeAgo, titleText } from './parts.ts';
import { current, repositoryPageOf } from './shell.ts';
import type { Page, Tab } from './shell.ts';
import { momentsOf, opening, timeline } from './timeline.ts';
import { markdownOf } from './visit.ts';
import type { Visit } from './visit.ts';

/** An issue. */
export async function issuePage(visit: Visit, issue: Issue): Promise<Page> {
  const comments = commentsOf(visit.repository, issue.number);
  const markdown = await markdownOf(visit, [issue.body, ...comments.map(({ body }) => body)]);
  const about = html`${author(issue.user)} opened this issue ${timeAgo(visit.world, issue.createdAt)} ·
  ${counted(comments.length, 'comment')}`;
  return repositoryPageOf(visit, {
    title: `${issue.title} · Issue #${issue.number}`,
    tab: 'issues',
    body: html`${issueHead(issue, about)}
      <h2 class="hidden">Conversation</h2>
      <div class="columns">
        <div>${opening(visit, issue, markdown)}${timeline(momentsOf(visit, issue, markdown))}</div>
        ${aside(issue)}
      </div>`,
  });
}

/** The title and the state of an issue or pull request. */
export function issueHead(issue: Issue, about: Content): Html {
  return html`<div class="issue-head">
    <h1>${titleText(issue.title)} <span class="number">#${issue.number}</span></h1>
    <p>${stateBadge(issue)} <span class="quiet">${about}</span></p>
  </div>`;
}

/** What stands beside the conversation. */
export function aside({ labels, assignees }: Issue, more?: Content): Html {
  const nobody = 'No one assigned';
  return html`<aside aria-label="About">
    <section>
      <h2>Assignees</h2>
      <p class="quiet">${assignees.length === 0 ? nobody : assignees.map((user) => html`${author(user)} `)}</p>
    </section>
    <section>
      <h2>Labels</h2>
      <p>
        ${
          labels.length === 0 ? html`<span class="quiet">None yet</span>` : labels.map((label) => html`${pill(label)} `)
        }
      </p>
    </section>
    ${more}
  </aside>`;
}

/** The issues of a repository, or its pull requests. */
export function issueListPage(visit: Visit, tab: Exclude<Tab, 'code'>): Page {
  const isWanted = (issue: Issue): boolean => (issue.pull === undefined) === (tab === 'issues');
  const all = [...visit.repository.issues.values()].filter(isWanted).toReversed();
  const wantsClosed = visit.url.searchParams.get('state') === 'closed';
  const shown = all.filter(({ state }) => (state === 'closed') === wantsClosed);
  const word = tab === 'issues' ? 'Issues' : 'Pull requests';
  const closed = all.filter(({ state }) => state === 'closed').length;
  const path = `${visit.home}/${tab}`;
  return repositoryPageOf(visit, {
    title: word,
    tab,
    body: html`<h1>${word}</h1>
      <section class="box">
        <nav class="box-head" aria-label="State">
          <a href="${path}" ${current(!wantsClosed)}>${all.length - closed} Open</a>
          <a href="${path}?state=closed" ${current(wantsClosed)}>${closed} Closed</a>
        </nav>
        ${shown.length === 0 ? html`<p class="empty quiet">There is nothing here.</p>` : issueRows(visit, shown)}
      </section>`,
  });
}

/** Issues in rows. */
export function issueRows(visit: Visit, issues: readonly Issue[]): Html {
  return html`<ul class="rows">
    ${issues.map((issue) => {
      const { icon: name, tone, word } = standingOf(issue);
      return html`<li>
        ${icon(name, { tone, label: word })}
        <div class="grow">
          <a class="strong" href="${pathOf(visit, issue)}">${titleText(issue.title)}</a>
          ${issue.labels.map((label) => html`${pill(label)} `)}
          <div class="quiet">
            #${issue.number} opened ${timeAgo(visit.world, issue.createdAt)} by ${issue.user.login}
          </div>
        </div>
      </li>`;
    })}
  </ul>`;
}
