// What the run's pull request says: where its work stands, in the end how it ended. Pure; never says more than the journal.
import type { OwnPart } from '../github/index.ts';
import { defined, blockQuote, inlineCode, quoteLine, quotePersonaText } from '../support/index.ts';
import type { Redactor } from '../support/index.ts';
import { pullTexts } from './messages.ts';
import { notYetSaid } from './render-comment.ts';
import { labels, runTexts } from './shown/messages.ts';
import type { ShownRow } from './shown/shown-row.ts';
import type { ShownRun } from './shown/shown-run.ts';
import { evidenceTable } from './step-output.ts';
import { stepTable } from './step-table.ts';
import type { Rendering, WantedSurface } from './types.ts';

/** What a pull request text is made from. */
export interface PullRequestTextInput {
  readonly run: ShownRun;
  /** While the run goes on. `final`: the work is done, and people are asked to look at it. How it ended stands in it afterwards. */
  readonly stage: 'draft' | 'final';
  readonly redactor?: Redactor;
}

const wordsBytes = 6_000;

/** What the pull request says once its work is done, and for good when the run is over. One that a person opened, or that the task itself is, says what people say. */
export function renderPullText({ run, redactor }: Rendering): Extract<WantedSurface, { kind: 'pull' }> | undefined {
  const pull = run.links.pullRequest;
  if (pull === undefined || pull.ours === false || run.task.kind === 'pull_request') return undefined;
  if (!run.isOver && pull.finished !== true) return undefined;
  const part = renderPullRequest({ run, stage: 'final', ...defined({ redactor }) });
  return { kind: 'pull', key: 'pull-request', number: pull.number, part, urgent: run.isOver, final: run.isOver };
}

/** The texts. A title becomes a commit's subject when the request is squashed, so it closes nothing either. */
export function renderPullRequest({ run, stage, redactor }: PullRequestTextInput): OwnPart {
  const { task, workflow, rehearsal } = run;
  const named = run.links.pullRequest?.title;
  const words = run.links.pullRequest?.body ?? '';
  const title = plainTitle(quoteLine(task.title, 200, redactor)) || workflow.id;
  const rows = run.rows.filter(({ inTable }) => inTable);
  const isDraft = stage === 'draft' && !run.isOver;
  const reason = saysHowItEnded(run) ? run.words.reason : '';
  const body = [
    words.trim(),
    task.kind === 'issue' && task.number !== undefined ? pullTexts.closes(task.number) : '',
    isDraft ? pullTexts.draft(workflow.name) : outcome(run),
    ...(isDraft ? [] : [whatWasDone(rows, reason, redactor), evidence(rows, redactor)]),
    // while it goes on, where the steps stand is old a moment later
    run.isOver ? fold(stepTable(rows)) : '',
    `---\n${footer(run, rows)}`,
  ];
  return {
    title: named ?? (rehearsal ? runTexts.rehearsal(title) : title),
    body: body.filter((part) => part !== '').join('\n\n'),
    run: run.id,
    since: run.createdAt,
  };
}

function saysHowItEnded({ status, isOver }: ShownRun): boolean {
  return isOver && status !== 'succeeded' && status !== 'degraded';
}

function outcome(run: ShownRun): string {
  const { workflow, words } = run;
  if (!saysHowItEnded(run)) return pullTexts.final(workflow.name);
  const reason = words.reason === '' ? [] : [blockQuote(words.reason)];
  return [`${words.icon} ${words.result}`, ...reason].join('\n\n');
}

function whatWasDone(rows: readonly ShownRow[], reason: string, redactor?: Redactor): string {
  const options = { maxBytes: wordsBytes, ...(redactor ? { redactor } : {}) };
  const parts = rows.flatMap(({ title, icon, hasCheck, told: { noop, summary = '', verdictReason = '' } }) => {
    const words = quotePersonaText(notYetSaid(noop ?? summary, verdictReason, reason), options);
    if (words === '' || !hasCheck) return [];
    return [`${icon} **${title}**\n\n${blockQuote(words)}`];
  });
  return parts.length === 0 ? '' : [`### ${pullTexts.what}`, ...parts].join('\n\n');
}

function evidence(rows: readonly ShownRow[], redactor?: Redactor): string {
  return evidenceTable(
    rows.flatMap(({ told }) => told.evidence),
    redactor,
  );
}

function footer(run: ShownRun, rows: readonly ShownRow[]): string {
  const personas = unique(rows.map(({ persona }) => persona));
  const models = unique(rows.map(({ told: { model, provider } }) => model ?? provider));
  return [
    pullTexts.footer(run.id, run.workflow.name, inlineCode(run.workflow.path)),
    personas === '' ? '' : pullTexts.personas(personas),
    models === '' ? '' : pullTexts.models(models),
    run.amounts.personaRuns === 0 ? '' : pullTexts.cost(run.amounts.cost),
    pullTexts.requestedBy(quoteLine(run.requester, 60)),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function unique(names: readonly (string | undefined)[]): string {
  return [...new Set(names.filter((name) => name !== undefined))].map(inlineCode).join(', ');
}

function fold(table: string): string {
  return `<details><summary>${labels.stepTable[1]}s</summary>\n\n${table}\n\n</details>`;
}

/** Titles are plain text. */
function plainTitle(text: string): string {
  return text.replaceAll('\\|', '|').replaceAll('`', "'");
}
