// Small parts that many pages are made of: times, people, labels, reactions, states.
import { isoTime } from '../../support/index.ts';
import type { CommitData } from '../git/index.ts';
import type { App, Issue, Label, Reaction, User } from '../model/index.ts';
import type { World } from '../world/world.ts';
import { html } from './html/html.ts';
import type { Content, Html } from './html/html.ts';
import { icon } from './html/icons.ts';
import type { IconName } from './html/icons.ts';
import type { Visit } from './visit.ts';

/** How long ago something was; the exact time for who points at it. */
export function timeAgo({ clock }: World, at: string): Html {
  const seconds = Math.max(0, (clock.now() - Date.parse(at)) / 1_000);
  const [unit, size] = units.find(([, length]) => seconds >= length) ?? ['second', 1];
  const count = Math.floor(seconds / size);
  const words =
    unit === 'second' ? 'just now' : new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(-count, unit);
  return html`<time datetime="${at}" title="${isoTime(Date.parse(at)).replace('T', ' ').slice(0, 16)} UTC"
    >${words}</time
  >`;
}

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const satisfies readonly (readonly [Intl.RelativeTimeFormatUnit, number])[];

/** How long something took. */
export function tookFrom(started: string | null, completed: string | null): string {
  if (started === null || completed === null) return '';
  const seconds = Math.max(0, Math.round((Date.parse(completed) - Date.parse(started)) / 1_000));
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
}

/** A name that leads to its page, and what kind of name it is. */
export function author(user: User): Html {
  const bot = user.type === 'Bot' ? html` <span class="badge">bot</span>` : undefined;
  return html`<a class="author" href="/${encodeURIComponent(user.login)}">${user.login.replace(/\[bot\]$/, '')}</a
    >${bot}`;
}

/** A letter in a coloured circle, always the same for the same name. */
export function avatar(login: string): Html {
  const tone = Array.from(login).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 8, 7);
  return html`<span class="avatar avatar-${tone}" aria-hidden="true">${login.charAt(0).toUpperCase()}</span>`;
}

/** A label as a pill. Its colour is in the page's head: see `colourRules`. */
export function pill(label: Pick<Label, 'name' | 'color'>): Html {
  return html`<span class="pill pill-${colourOf(label)}">${label.name}</span>`;
}

/** The rules for the colours of labels. */
export function colourRules(labels: readonly Pick<Label, 'color'>[]): string {
  return [...new Set(labels.map(colourOf))]
    .map((colour) => {
      const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
      const isLight = red * 0.299 + green * 0.587 + blue * 0.114 > 140;
      return `.pill-${colour}{background:#${colour};color:${isLight ? '#1f2328' : '#fff'}}`;
    })
    .join('');
}

function colourOf({ color }: Pick<Label, 'color'>): string {
  return /^[0-9a-f]{6}$/i.test(color) ? color.toLowerCase() : 'ededed';
}

const faces: Readonly<Record<string, string>> = {
  '+1': '👍',
  '-1': '👎',
  laugh: '😄',
  hooray: '🎉',
  confused: '😕',
  heart: '❤️',
  rocket: '🚀',
  eyes: '👀',
};

/** Reactions, counted. */
export function reactionsOf(reactions: readonly Reaction[]): Html | undefined {
  const counts = [...Map.groupBy(reactions, ({ content }) => content)];
  if (counts.length === 0) return undefined;
  return html`<ul class="reactions" aria-label="Reactions">
    ${counts.map(
      ([content, all]) =>
        html`<li title="${all.map(({ user }) => user.login).join(', ')}">
          <span role="img" aria-label="${content}">${faces[content] ?? content}</span> ${all.length}
        </li>`,
    )}
  </ul>`;
}

/** How an issue or pull request stands: word, icon, colour. */
export function standingOf(issue: Issue): { readonly word: string; readonly icon: IconName; readonly tone: string } {
  const { pull } = issue;
  if (pull === undefined) {
    if (issue.state === 'open') return { word: 'Open', icon: 'issue-opened', tone: 'open' };
    return issue.stateReason === 'not_planned'
      ? { word: 'Closed as not planned', icon: 'skip', tone: 'draft' }
      : { word: 'Closed', icon: 'issue-closed', tone: 'done' };
  }
  if (pull.merged) return { word: 'Merged', icon: 'git-merge', tone: 'done' };
  if (issue.state === 'closed') return { word: 'Closed', icon: 'git-pull-request-closed', tone: 'closed' };
  if (pull.draft) return { word: 'Draft', icon: 'git-pull-request-draft', tone: 'draft' };
  return { word: 'Open', icon: 'git-pull-request', tone: 'open' };
}

/** The badge of an issue or pull request. */
export function stateBadge(issue: Issue): Html {
  const { word, icon: name, tone } = standingOf(issue);
  return html`<span class="state state-${tone}">${icon(name, { tone: 'inherit' })} ${word}</span>`;
}

/** The path of an issue or pull request. */
export function pathOf({ home }: Pick<Visit, 'home'>, issue: Issue): string {
  return `${home}/${issue.pull === undefined ? 'issues' : 'pull'}/${issue.number}`;
}

/** A list of commits. */
export function commitList({ world, home }: Visit, commits: readonly CommitData[]): Html {
  return html`<ul class="rows">
    ${commits.map(
      (commit) =>
        html`<li>
          ${icon('git-commit')}
          <div class="grow">
            <a class="strong" href="${home}/commit/${commit.sha}">${titleOf(commit)}</a>
            <div class="quiet">${commit.author.name} committed ${timeAgo(world, commit.committer.date)}</div>
          </div>
          <a class="mono" href="${home}/commit/${commit.sha}">${commit.sha.slice(0, 7)}</a>
        </li>`,
    )}
  </ul>`;
}

/** The first line of a commit's message. */
export function titleOf({ message }: Pick<CommitData, 'message'>): string {
  return message.split('\n')[0] ?? '';
}

/** A box with a heading. */
export function titledBox(title: Content, body: Content, level: 2 | 3 = 2): Html {
  const heading = level === 2 ? html`<h2>${title}</h2>` : html`<h3>${title}</h3>`;
  return html`<section class="box">
    <div class="box-head">${heading}</div>
    ${body}
  </section>`;
}

/** A title: what stands between backticks is code, and nothing else is Markdown. */
export function titleText(title: string): Content {
  return title.split(/(`[^`]+`)/).map((part) => (/^`.+`$/.test(part) ? html`<code>${part.slice(1, -1)}</code>` : part));
}

/** `1 commit`, `2 commits`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** The name of an App as its checks are grouped. */
export function appName(app: App): string {
  return app.name === '' ? app.slug : app.name;
}
