// The checks of a commit: all of them on the left, the chosen one on the right.
import type { CheckAnnotation, CheckRun } from '../model/index.ts';
import { marksOn, runsOn, stateIcon, stateOf } from './check-marks.ts';
import { addressOf } from './diff.ts';
import { html } from './html/html.ts';
import type { Content, Html } from './html/html.ts';
import { icon } from './html/icons.ts';
import type { IconName } from './html/icons.ts';
import { appName, counted, timeAgo, titleText, tookFrom } from './parts.ts';
import { current, repositoryPageOf } from './shell.ts';
import type { Page } from './shell.ts';
import { markdownOf } from './visit.ts';
import type { Visit } from './visit.ts';

/** The page of one check run, with the others of its commit. */
export async function checkPage(visit: Visit, check: CheckRun): Promise<Page> {
  return repositoryPageOf(visit, {
    title: check.name,
    tab: 'code',
    body: html`<h1>
        Checks
        <span class="number"
          >of <a class="mono" href="${visit.home}/commit/${check.headSha}">${check.headSha.slice(0, 7)}</a></span
        >
      </h1>
      ${await checksBody(visit, check.headSha, check)}`,
  });
}

/** The checks of a commit. The first that needs somebody is shown where none was chosen. */
export async function checksBody(visit: Visit, sha: string, chosen?: CheckRun): Promise<Content> {
  const runs = runsOn(visit.repository, sha);
  const wanted = Number(visit.url.searchParams.get('check_run_id'));
  const shown =
    chosen ?? runs.find(({ id }) => id === wanted) ?? runs.find((run) => stateOf(run) !== 'success') ?? runs[0];
  if (shown === undefined)
    return html`<section class="box"><p class="empty quiet">There are no check runs on this commit.</p></section>`;
  const groups = Map.groupBy(runs, ({ suite }) => suite);
  const statuses = marksOn(visit.repository, sha, visit.home).filter(({ path }) => path === undefined);
  return html`<div class="checks">
    <nav class="box" aria-label="Checks">
      ${[...groups].map(
        ([suite, all]) =>
          html`<div class="box-head">
              <h2>${appName(suite.app)}</h2>
              <span class="quiet">${counted(all.length, 'check')}</span>
            </div>
            <ul class="rows">
              ${all.map(
                (run) =>
                  html`<li>
                    ${stateIcon(stateOf(run))}<a
                      class="grow"
                      href="${visit.home}/runs/${run.id}"
                      ${current(run === shown)}
                      >${run.name}</a
                    ><span class="quiet">${tookFrom(run.startedAt, run.completedAt)}</span>
                  </li>`,
              )}
            </ul>`,
      )}${statuses.map(
        ({ name, state, words }) =>
          html`<ul class="rows">
            <li>
              ${stateIcon(state)}<span class="grow">${name} <span class="quiet">${words}</span></span>
            </li>
          </ul>`,
      )}
    </nav>
    ${await shownCheck(visit, shown)}
  </div>`;
}

async function shownCheck(visit: Visit, check: CheckRun): Promise<Html> {
  const { title, summary, text, annotations, actions, status } = check;
  const markdown = await markdownOf(visit, [summary, text]);
  const state = stateOf(check);
  const when =
    check.completedAt === null
      ? html`started ${timeAgo(visit.world, check.startedAt ?? check.suite.createdAt)}`
      : html`${state.replaceAll('_', ' ')}
        ${timeAgo(visit.world, check.completedAt)}${tookFrom(check.startedAt, check.completedAt) === '' ? undefined : ` in ${tookFrom(check.startedAt, check.completedAt)}`}`;
  const buttons =
    status === 'completed' && actions.length > 0
      ? html`<div class="buttons">
          ${actions.map(({ label, description }) => html`<button type="button" disabled title="${description}">${label}</button> `)}
        </div>`
      : undefined;
  return html`<article class="box check" aria-label="${check.name}">
    <div class="box-head">
      ${stateIcon(state)}
      <h2>${check.name}</h2>
      <span class="quiet">${when}</span>
    </div>
    ${buttons}
    <div class="markdown-body">
      ${title === null ? undefined : html`<h2 class="check-title">${titleText(title)}</h2>`}${markdown(summary)}${
        (text ?? '') === ''
          ? undefined
          : html`<hr />
              ${markdown(text)}`
      }
    </div>
    ${annotationsOf(visit, check.headSha, annotations)}
  </article>`;
}

const levels: Readonly<Record<string, readonly [IconName, string]>> = {
  notice: ['info', 'accent'],
  warning: ['alert', 'attention'],
  failure: ['x-circle-fill', 'closed'],
};

function annotationsOf({ home }: Visit, sha: string, annotations: readonly CheckAnnotation[]): Html | undefined {
  if (annotations.length === 0) return undefined;
  return html`<section class="annotations">
    <h3>Annotations</h3>
    <p class="quiet">${counted(annotations.length, 'annotation')}</p>
    ${annotations.map((one) => {
      const [name, tone] = levels[one.annotation_level] ?? ['info', 'muted'];
      const lines = one.start_line === one.end_line ? `${one.start_line}` : `${one.start_line}–${one.end_line}`;
      return html`<div class="annotation annotation-${tone}">
        <p>
          ${icon(name, { tone, label: one.annotation_level })}
          <a class="mono" href="${home}/blob/${sha}/${addressOf(one.path)}#L${one.start_line}">${one.path}:${lines}</a>
        </p>
        ${one.title === undefined ? undefined : html`<p class="strong">${one.title}</p>`}
        <p><span class="message">${one.message}</span></p>
        ${one.raw_details === undefined ? undefined : html`<pre tabindex="0">${one.raw_details}</pre>`}
      </div>`;
    })}
  </section>`;
}
