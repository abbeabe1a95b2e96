// The pages of a pull request: conversation, commits, checks, changed files.
import { commentsOf } from '../shapes/issue.ts';
import { commitsOfPull, measured, pullCommits } from '../shapes/pull.ts';
import type { PullIssue } from '../shapes/pull.ts';
import type { Compared, Review, ReviewComment } from '../model/index.ts';
import { marksOn } from './check-marks.ts';
import { checksBody } from './checks.ts';
import { diffOf } from './diff.ts';
import { html } from './html/html.ts';
import type { Content, Html } from './html/html.ts';
import { icon } from './html/icons.ts';
import type { IconName } from './html/icons.ts';
import { aside, issueHead } from './issue.ts';
import { mergeBox } from './merge-box.ts';
import { author, commitList, counted, pathOf, timeAgo, titleOf } from './parts.ts';
import { current, repositoryPageOf } from './shell.ts';
import type { Page } from './shell.ts';
import { doneLine, momentsOf, opening, saidBox, timeline } from './timeline.ts';
import type { Moment } from './timeline.ts';
import { markdownOf } from './visit.ts';
import type { Visit } from './visit.ts';

const tabs = ['conversation', 'commits', 'checks', 'files'] as const;
type PullTab = (typeof tabs)[number];

/** A pull request. `tab`: what stands after its number in the address. */
export async function pullPage(visit: Visit, issue: PullIssue, tab: string): Promise<Page | undefined> {
  const known = tabs.find((one) => one === (tab === '' ? 'conversation' : tab));
  if (known === undefined) return undefined;
  const compared = await pullCommits(visit.repository, issue);
  return repositoryPageOf(visit, {
    title: `${issue.title} · Pull request #${issue.number}`,
    tab: 'pulls',
    body: html`${issueHead(issue, about(visit, issue))}${await tabsOf(visit, { issue, compared, known })}${await bodies[known](visit, issue, compared)}`,
  });
}

const bodies: Readonly<Record<PullTab, (visit: Visit, issue: PullIssue, compared: Compared) => Promise<Content>>> = {
  conversation,
  commits: async (visit, issue) => {
    const commits = await commitsOfPull(visit.repository, issue);
    return html`<h2 class="hidden">Commits</h2>
      <section class="box">${commitList(visit, commits)}</section>`;
  },
  checks: (visit, _issue, { head }) => checksBody(visit, head),
  files: async (visit, _issue, { fork, head }) =>
    html`<h2 class="hidden">Files changed</h2>
      ${await diffOf(visit, fork, head)}`,
};

function about(visit: Visit, { user, pull, createdAt }: PullIssue): Html {
  const branch = (name: string): Html => html`<a class="branch" href="${visit.home}/tree/${name}">${name}</a>`;
  return html`${author(user)} wants to merge into ${branch(pull.baseRef)} from ${branch(pull.headRef)} ·
  ${pull.merged ? 'merged' : 'opened'} ${timeAgo(visit.world, pull.mergedAt ?? createdAt)}`;
}

async function tabsOf(
  visit: Visit,
  { issue, compared, known }: { readonly issue: PullIssue; readonly compared: Compared; readonly known: PullTab },
): Promise<Html> {
  const { commits, files } = await measured(visit.repository, compared);
  const said = commentsOf(visit.repository, issue.number).length + issue.pull.reviewComments.length;
  const path = pathOf(visit, issue);
  const all: readonly (readonly [PullTab, string, IconName, number])[] = [
    ['conversation', 'Conversation', 'comment-discussion', said],
    ['commits', 'Commits', 'git-commit', commits],
    ['checks', 'Checks', 'checklist', marksOn(visit.repository, compared.head, visit.home).length],
    ['files', 'Files changed', 'file-diff', files.length],
  ];
  return html`<nav class="tabs" aria-label="Pull request">
    <ul>
      ${all.map(
        ([tab, word, name, count]) =>
          html`<li>
            <a href="${path}${tab === 'conversation' ? '' : `/${tab}`}" ${current(tab === known)}
              >${icon(name)} ${word} <span class="count">${count}</span></a
            >
          </li>`,
      )}
    </ul>
  </nav>`;
}

async function conversation(visit: Visit, issue: PullIssue, compared: Compared): Promise<Html> {
  const { reviews, reviewComments, requestedReviewers } = issue.pull;
  const comments = commentsOf(visit.repository, issue.number);
  const markdown = await markdownOf(visit, [
    issue.body,
    ...[...comments, ...reviews, ...reviewComments].map(({ body }) => body),
  ]);
  const moments = [
    ...momentsOf(visit, issue, markdown),
    ...(await commitMoments(visit, issue)),
    ...reviews.map((review) => reviewMoment(visit, { review, comments: reviewComments, markdown })),
  ];
  const reviewers = html`<section>
    <h2>Reviewers</h2>
    <p class="quiet">
      ${
        requestedReviewers.length === 0 && reviews.length === 0
          ? 'No reviews'
          : [...new Set([...requestedReviewers, ...reviews.map(({ user }) => user)])].map(
              (user) => html`${author(user)} `,
            )
      }
    </p>
  </section>`;
  return html`<h2 class="hidden">Conversation</h2>
    <div class="columns">
      <div>${opening(visit, issue, markdown)}${timeline(moments)}${await mergeBox(visit, issue, compared)}</div>
      ${aside(issue, reviewers)}
    </div>`;
}

async function commitMoments(visit: Visit, issue: PullIssue): Promise<readonly Moment[]> {
  const commits = await commitsOfPull(visit.repository, issue);
  return commits.map((commit) => ({
    at: commit.committer.date,
    shown: doneLine(
      'git-commit',
      html`<a href="${visit.home}/commit/${commit.sha}">${titleOf(commit)}</a>
        <a class="mono quiet" href="${visit.home}/commit/${commit.sha}">${commit.sha.slice(0, 7)}</a>`,
    ),
  }));
}

const verdicts: Readonly<Record<Review['state'], readonly [IconName, string]>> = {
  APPROVED: ['check-circle-fill', 'approved these changes'],
  CHANGES_REQUESTED: ['report', 'requested changes'],
  COMMENTED: ['comment-discussion', 'reviewed'],
  DISMISSED: ['x', 'reviewed; the review was dismissed'],
};

function reviewMoment(
  visit: Visit,
  {
    review,
    comments,
    markdown,
  }: {
    readonly review: Review;
    readonly comments: readonly ReviewComment[];
    readonly markdown: (text: string | null) => Html;
  },
): Moment {
  const { id, user, state, body, submittedAt } = review;
  const [name, words] = verdicts[state];
  const own = comments.filter(({ reviewId }) => reviewId === id);
  const places = own.map(
    (comment) =>
      html`<div class="said-place">
        <p class="mono">${comment.path}${comment.line === null ? undefined : `:${comment.line}`}</p>
        ${markdown(comment.body)}
      </div>`,
  );
  const text = body === '' && places.length === 0 ? undefined : html`${markdown(body)}${places}`;
  const shown =
    text === undefined
      ? doneLine(name, html`${author(user)} ${words} ${timeAgo(visit.world, submittedAt)}`)
      : saidBox(visit, {
          id: `pullrequestreview-${id}`,
          user,
          createdAt: submittedAt,
          reactions: [],
          text,
          what: `${words}${own.length === 0 ? '' : ` with ${counted(own.length, 'comment')}`}`,
        });
  return { at: submittedAt, shown };
}
