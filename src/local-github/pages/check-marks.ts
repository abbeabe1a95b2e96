// How a check stands, as an icon and a sentence. Knows no page.
import type { CheckRun, CommitStatus, Repository } from '../model/index.ts';
import { latestRuns } from '../shapes/check.ts';
import { html } from './html/html.ts';
import type { Html } from './html/html.ts';
import { icon } from './html/icons.ts';
import type { IconName } from './html/icons.ts';
import { counted, titleText, tookFrom } from './parts.ts';

/** A check run or a commit status, as the merge box lists them. */
export interface Mark {
  readonly name: string;
  /** A conclusion, or `queued`, `in_progress`. */
  readonly state: string;
  readonly words: string;
  readonly path: string | undefined;
  readonly took: string;
}

const looks: Readonly<Record<string, readonly [IconName, string]>> = {
  success: ['check-circle-fill', 'open'],
  failure: ['x-circle-fill', 'closed'],
  timed_out: ['clock', 'closed'],
  startup_failure: ['x-circle-fill', 'closed'],
  error: ['x-circle-fill', 'closed'],
  neutral: ['square-fill', 'muted'],
  skipped: ['skip', 'muted'],
  cancelled: ['stop', 'muted'],
  stale: ['clock', 'muted'],
  action_required: ['alert', 'attention'],
  in_progress: ['dot-fill', 'attention'],
  queued: ['dot-fill', 'attention'],
  pending: ['dot-fill', 'attention'],
};

/** What counts on a commit: the newest run of each name, and the newest status of each context. */
export function marksOn(repository: Repository, sha: string, home: string): readonly Mark[] {
  const statuses = new Map(
    repository.statuses.filter((status) => status.sha === sha).map((status) => [status.context, status]),
  );
  return [...runsOn(repository, sha).map((check) => markOf(check, home)), ...[...statuses.values()].map(markOfStatus)];
}

/** The check runs that count on a commit. */
export function runsOn(repository: Repository, sha: string): readonly CheckRun[] {
  return latestRuns([...repository.checks.values()].filter(({ headSha }) => headSha === sha));
}

/** How a check run stands. */
export function stateOf({ status, conclusion }: CheckRun): string {
  return status === 'completed' ? (conclusion ?? 'neutral') : status;
}

/** The icon of a state; the state is its name for who does not see it. */
export function stateIcon(state: string): Html {
  const [name, tone] = looks[state] ?? ['dot-fill', 'muted'];
  return icon(name, { tone, label: state.replaceAll('_', ' ') });
}

/** One icon for all marks of a commit; nothing where there are none. */
export function overallIcon(marks: readonly Mark[]): Html | undefined {
  return marks.length === 0 ? undefined : stateIcon(overallOf(marks));
}

/** What the merge box says of all of them. */
export function summaryOf(marks: readonly Mark[]): {
  readonly state: string;
  readonly title: string;
  readonly counts: string;
} {
  const state = overallOf(marks);
  const counts = [...Map.groupBy(marks, (mark) => mark.state)].map(([one, all]) => `${all.length} ${wordOf(one)}`);
  return {
    state,
    title: titles[state] ?? 'All checks have passed',
    counts: `${counts.join(', ')} ${counted(marks.length, 'check').replace(/^\d+ /, '')}`,
  };
}

const titles: Readonly<Record<string, string>> = {
  failure: 'Some checks were not successful',
  action_required: 'Some checks ask for an action',
  in_progress: 'Some checks haven’t completed yet',
  success: 'All checks have passed',
};

function overallOf(marks: readonly Mark[]): string {
  const states = new Set(marks.map(({ state }) => state));
  if (['failure', 'timed_out', 'error', 'cancelled', 'startup_failure'].some((state) => states.has(state)))
    return 'failure';
  if (states.has('action_required')) return 'action_required';
  if (['in_progress', 'queued', 'pending'].some((state) => states.has(state))) return 'in_progress';
  return 'success';
}

function wordOf(state: string): string {
  return (
    { success: 'successful', failure: 'failing', action_required: 'waiting for an action' }[state] ??
    state.replaceAll('_', ' ')
  );
}

function markOf(check: CheckRun, home: string): Mark {
  return {
    name: check.name,
    state: stateOf(check),
    words: check.title ?? '',
    path: `${home}/runs/${check.id}`,
    took: tookFrom(check.startedAt, check.completedAt),
  };
}

function markOfStatus({ context, state, description }: CommitStatus): Mark {
  return { name: context, state, words: description ?? '', path: undefined, took: '' };
}

/** Marks in rows. */
export function markRows(marks: readonly Mark[]): Html {
  return html`<ul class="rows marks">
    ${marks.map(
      ({ name, state, words, path, took }) =>
        html`<li>
          ${stateIcon(state)}
          <div class="grow">
            <span class="strong">${name}</span>
            <span class="quiet">${took === '' ? undefined : `${took} · `}${titleText(words)}</span>
          </div>
          ${path === undefined ? undefined : html`<a href="${path}" aria-label="Details of ${name}">Details</a>`}
        </li>`,
    )}
  </ul>`;
}
