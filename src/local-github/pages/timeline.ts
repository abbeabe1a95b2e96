// What was said and done on an issue or pull request, in order.
import type { Comment, Issue, IssueEvent, Reaction, User } from '../model/index.ts';
import { commentsOf, association } from '../shapes/issue.ts';
import { html } from './html/html.ts';
import type { Content, Html } from './html/html.ts';
import { icon } from './html/icons.ts';
import type { IconName } from './html/icons.ts';
import { author, avatar, pill, reactionsOf, timeAgo } from './parts.ts';
import type { Visit } from './visit.ts';

/** Something at its time. */
export interface Moment {
  readonly at: string;
  readonly shown: Html;
}

/** The comments and events of an issue, as moments. */
export function momentsOf(visit: Visit, issue: Issue, markdown: (text: string | null) => Html): readonly Moment[] {
  const said = commentsOf(visit.repository, issue.number).map((comment) => ({
    at: comment.createdAt,
    shown: commentBox(visit, comment, markdown),
  }));
  const done = issue.events.flatMap((event) => {
    const words = wordsOf(event);
    return words === undefined ? [] : [{ at: event.createdAt, shown: eventLine(visit, event, words) }];
  });
  return [...done, ...said];
}

/** Moments in their order. */
export function timeline(moments: readonly Moment[]): Html {
  return html`<div class="timeline">
    ${moments.toSorted((a, b) => a.at.localeCompare(b.at)).map(({ shown }) => shown)}
  </div>`;
}

/** What the author wrote at first. */
export function opening(visit: Visit, issue: Issue, markdown: (text: string | null) => Html): Html {
  const { user, createdAt, reactions, body } = issue;
  const text = (body ?? '').trim() === '' ? html`<p><em>No description provided.</em></p>` : markdown(body);
  return saidBox(visit, { user, createdAt, reactions, text, what: 'opened this' });
}

/** A box with what a person said. */
export function saidBox(
  { world, repository }: Visit,
  {
    id,
    user,
    createdAt,
    reactions,
    text,
    what,
  }: {
    readonly id?: string;
    readonly user: User;
    readonly createdAt: string;
    readonly reactions: readonly Reaction[];
    readonly text: Content;
    readonly what: string;
  },
): Html {
  const role = association(repository, user);
  const badge =
    role === 'NONE' || user.type === 'Bot'
      ? undefined
      : html`<span class="badge">${role.charAt(0)}${role.slice(1).toLowerCase()}</span>`;
  return html`<article
    class="said"
    ${id === undefined ? undefined : html` id="${id}"`}
    aria-label="${user.login} ${what}"
  >
    ${avatar(user.login)}
    <div class="box">
      <div class="box-head">
        <h3>${author(user)} <span class="quiet">${what} ${timeAgo(world, createdAt)}</span></h3>
        ${badge}
      </div>
      <div class="markdown-body">${text}</div>
      ${reactionsOf(reactions)}
    </div>
  </article>`;
}

/** A line of what was done. */
export function doneLine(name: IconName, words: Content): Html {
  return html`<div class="done">
    <span class="done-icon">${icon(name)}</span>
    <div>${words}</div>
  </div>`;
}

function commentBox(visit: Visit, comment: Comment, markdown: (text: string | null) => Html): Html {
  const { id, user, createdAt, reactions, body, minimized } = comment;
  const text =
    minimized === undefined
      ? markdown(body)
      : html`<details>
          <summary>This comment was marked as ${minimized.toLowerCase().replaceAll('_', ' ')}.</summary>
          ${markdown(body)}
        </details>`;
  return saidBox(visit, { id: `issuecomment-${id}`, user, createdAt, reactions, text, what: 'commented' });
}

function eventLine({ world }: Visit, event: IssueEvent, [name, words]: readonly [IconName, Content]): Html {
  return doneLine(name, html`${author(event.actor)} ${words} ${timeAgo(world, event.createdAt)}`);
}

function wordsOf({ event, label, assignee }: IssueEvent): readonly [IconName, Content] | undefined {
  if (label !== undefined)
    return ['checklist', html`${event === 'labeled' ? 'added the label' : 'removed the label'} ${pill(label)}`];
  if (assignee !== undefined)
    return ['issue-opened', html`${event === 'assigned' ? 'assigned' : 'unassigned'} ${author(assignee)}`];
  switch (event) {
    case 'closed':
      return ['issue-closed', 'closed this'];
    case 'reopened':
      return ['issue-opened', 'reopened this'];
    case 'merged':
      return ['git-merge', 'merged this'];
    case 'ready_for_review':
      return ['git-pull-request', 'marked this pull request as ready for review'];
    case 'convert_to_draft':
    case 'converted_to_draft':
      return ['git-pull-request-draft', 'marked this pull request as draft'];
    case 'renamed':
      return ['issue-opened', 'changed the title'];
    default:
      return undefined;
  }
}
