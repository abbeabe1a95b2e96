// The box below a pull request that says whether it can be merged, and what its checks say.
import type { Html } from './html/html.ts';
import { html } from './html/html.ts';
import { icon } from './html/icons.ts';
import { markRows, marksOn, stateIcon, summaryOf } from './check-marks.ts';
import { measured, missingForMerge } from '../shapes/pull.ts';
import type { PullIssue } from '../shapes/pull.ts';
import type { Compared } from '../model/index.ts';
import type { Visit } from './visit.ts';

/** The merge box. */
export async function mergeBox({ repository, home }: Visit, issue: PullIssue, compared: Compared): Promise<Html> {
  const marks = marksOn(repository, compared.head, home);
  const summary = summaryOf(marks);
  const checks =
    marks.length === 0
      ? undefined
      : html`<details${summary.state === 'success' && issue.pull.merged ? undefined : html` open`}><summary>${stateIcon(summary.state)}<span><strong>${summary.title}</strong><br><span class="quiet">${summary.counts}</span></span></summary>${markRows(marks)}</details>`;
  const { tone, lines } = await verdictOf({ repository, home }, issue, compared);
  return html`<section class="merge merge-${tone}" aria-label="Merge">
    <span class="merge-icon">${icon('git-merge', { tone: 'inherit' })}</span>
    <div class="box">${checks}${lines}</div>
  </section>`;
}

async function verdictOf(
  { repository }: Pick<Visit, 'repository' | 'home'>,
  issue: PullIssue,
  compared: Compared,
): Promise<{ readonly tone: string; readonly lines: readonly Html[] }> {
  if (issue.pull.merged)
    return { tone: 'done', lines: [verdict('success', 'Pull request successfully merged and closed', '')] };
  if (issue.state === 'closed')
    return {
      tone: 'closed',
      lines: [verdict('neutral', 'Closed with unmerged commits', 'This pull request is closed.')],
    };
  const { isMergeable } = await measured(repository, compared);
  const conflict = isMergeable
    ? verdict('success', 'No conflicts with base branch', 'Merging can be performed automatically.')
    : verdict('failure', 'This branch has conflicts that must be resolved', 'Resolve them on the command line.');
  if (issue.pull.draft)
    return {
      tone: 'draft',
      lines: [
        conflict,
        verdict('neutral', 'This pull request is still a work in progress', 'Draft pull requests cannot be merged.'),
      ],
    };
  const missing = missingForMerge(repository, issue, compared.head).map((line) =>
    verdict('action_required', 'Merging is blocked', line),
  );
  return { tone: isMergeable && missing.length === 0 ? 'open' : 'draft', lines: [conflict, ...missing] };
}

function verdict(state: string, title: string, words: string): Html {
  return html`<div class="verdict">
    ${stateIcon(state)}<span
      ><strong>${title}</strong>${words === '' ? undefined : html`<br /><span class="quiet">${words}</span>`}</span
    >
  </div>`;
}
