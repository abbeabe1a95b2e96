// The frame around every page: head, header, the repository's tabs. Nothing in it runs, and nothing is fetched from elsewhere.
import { createHash } from 'node:crypto';
import { fullName } from '../world/world.ts';
import { Html, html } from './html/html.ts';
import type { Content } from './html/html.ts';
import { icon } from './html/icons.ts';
import type { IconName } from './html/icons.ts';
import { colourRules, counted } from './parts.ts';
import type { Visit } from './visit.ts';

/** A page, and what a browser may do with it. */
export interface Page {
  readonly status: number;
  readonly html: string;
  readonly policy: string;
}

/** Where the style sheets and the icon are. No account can be called so. */
export const assetsAt = '/-/assets';

/** A tab of a repository. */
export type Tab = 'code' | 'issues' | 'pulls';

/** A page of a repository. */
export function repositoryPageOf(
  visit: Visit,
  { title, tab, body }: { readonly title: string; readonly tab: Tab; readonly body: Content },
): Page {
  const { repository, home } = visit;
  const issues = [...repository.issues.values()].filter(({ state }) => state === 'open');
  const open = {
    issues: issues.filter(({ pull }) => pull === undefined).length,
    pulls: issues.filter(({ pull }) => pull !== undefined).length,
  };
  const tabs: readonly (readonly [Tab, string, IconName, string, number])[] = [
    ['code', 'Code', 'file', home, 0],
    ['issues', 'Issues', 'issue-opened', `${home}/issues`, open.issues],
    ['pulls', 'Pull requests', 'git-pull-request', `${home}/pulls`, open.pulls],
  ];
  return page({
    title: `${title} · ${fullName(repository)}`,
    rules: colourRules([...repository.labels, ...[...repository.issues.values()].flatMap(({ labels }) => labels)]),
    crumbs: html`<a href="/${repository.owner.login}">${repository.owner.login}</a> <span aria-hidden="true">/</span>
      <a class="strong" href="${home}">${repository.name}</a>`,
    tabs: html`<nav class="tabs" aria-label="Repository">
      <ul>
        ${tabs.map(
          ([id, word, name, target, count]) =>
            html`<li>
              <a href="${target}" ${current(id === tab)}
                >${icon(name)}
                ${word}${count === 0 ? undefined : html` <span class="count" aria-label="${counted(count, 'open')}">${count}</span>`}</a
              >
            </li>`,
        )}
      </ul>
    </nav>`,
    body,
  });
}

/** A page of no repository. */
export function plainPage(title: string, body: Content, status = 200): Page {
  return page({ title, body, status, rules: '', crumbs: undefined, tabs: undefined });
}

/** Marks the link that leads to where one is. */
export function current(isHere: boolean): Html | undefined {
  return isHere ? html` aria-current="page"` : undefined;
}

interface Parts {
  readonly title: string;
  readonly body: Content;
  readonly status?: number;
  /** Rules of style that only this page has. */
  readonly rules: string;
  readonly crumbs: Content;
  readonly tabs: Content;
}

function page({ title, body, status = 200, rules, crumbs, tabs }: Parts): Page {
  const made = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="${assetsAt}/icon.svg" />
        <link rel="stylesheet" href="${assetsAt}/github-markdown.css" />
        <link rel="stylesheet" href="${assetsAt}/pages.css" />
        ${new Html(`<style>${rules}</style>`)}
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <header class="top">
          <div class="crumbs">
            <a class="home" href="/" aria-label="All repositories">${icon('repo', { tone: 'inherit' })}</a>
            ${crumbs ?? html`<a class="strong" href="/">GitHub on this machine</a>`}
          </div>
          ${tabs}
        </header>
        <main id="content">${body}</main>
        <footer class="quiet">A GitHub on this machine. Nothing here leaves it.</footer>
      </body>
    </html> `;
  return { status, html: made.markup, policy: policyFor(rules) };
}

/** Styles of this host and the page's own rules, by their hash; no scripts, no forms, nothing from elsewhere. */
function policyFor(rules: string): string {
  const hash = createHash('sha256').update(rules).digest('base64');
  return `default-src 'none'; style-src 'self' 'sha256-${hash}'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`;
}
