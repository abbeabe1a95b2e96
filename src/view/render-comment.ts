// The sticky comment of a run and the one new comment when it fails. Pure.
import { splitServerLines, blockQuote, quoteLine, quotePersonaText } from '../support/index.ts';
import type { RunId, QuoteOptions } from '../support/index.ts';
import { billTable } from './bill-table.ts';
import { renderGraph } from './graph.ts';
import { noticeTexts } from './messages.ts';
import { errorWords } from './shown/error-words.ts';
import { billTexts, labels, runTexts } from './shown/messages.ts';
import { notSaidIn, withoutBeginning } from './shown/said-before.ts';
import type { ShownRun } from './shown/shown-run.ts';
import { stepTable } from './step-table.ts';
import type { Rendering, WantedSurface } from './types.ts';

type WantedComment = Extract<WantedSurface, { kind: 'comment' }>;

/** What one step said, in the comment; checks have more room. */
const wordsBytes = 3_000;

/** The hidden mark of a run's comment. `about` tells further comments of the same run apart. */
export function commentMarker(run: RunId, about = ''): string {
  return about === '' ? `<!-- troupe:run=${run} -->` : `<!-- troupe:run=${run} ${about} -->`;
}

/** The sticky comment: result first, then the table; at the end the receipt. */
export function renderComment(input: Rendering, issue: number): WantedComment {
  const { run } = input;
  const { words } = run;
  const marker = commentMarker(run.id);
  const body = [
    `${marker}\n### ${words.icon} ${words.result}`,
    words.reason,
    words.said,
    words.next.join(' '),
    stepTable(run.rows),
    run.receipt ?? '',
    links(run),
    fold(billTexts.title, billTable(run.bill)),
    fold(labels.details, said(run, input)),
    fold(labels.graph, renderGraph(run)),
  ];
  return {
    kind: 'comment',
    key: 'comment',
    issue,
    marker,
    body: body.filter((part) => part !== '').join('\n\n'),
    urgent: words.conclusion !== undefined,
    final: run.isOver,
  };
}

/** Edits notify nobody, so a failure is told once in a new comment that mentions who asked (decision 38). */
export function renderNotice({ run }: Rendering, issue: number): WantedComment | undefined {
  const { status } = run;
  if (status !== 'failed' && status !== 'timed_out') return undefined;
  const { words, workflow } = run;
  const marker = commentMarker(run.id, 'notice:failed');
  const where = noticeTexts.where[status](run.failedAt);
  const name = run.rehearsal ? runTexts.rehearsal(workflow.name) : workflow.name;
  const sentence = noticeTexts.failed(mentionOf(run), name, where);
  const body = [
    `${marker}\n${sentence}`,
    words.reason === '' ? '' : blockQuote(words.reason),
    words.said,
    words.next.join(' '),
  ];
  return {
    kind: 'comment',
    key: 'notice:failed',
    issue,
    marker,
    body: body.filter((part) => part !== '').join('\n\n'),
    urgent: true,
    final: true,
  };
}

/** A run that no issue is about tells of its failure in one (decision 40). */
export function renderFailureIssue({ run }: Rendering): Extract<WantedSurface, { kind: 'issue' }> | undefined {
  const isTold = run.task.number === undefined && run.links.pullRequest === undefined;
  if (!isTold || run.host === 'cli' || (run.status !== 'failed' && run.status !== 'timed_out')) return undefined;
  const { words } = run;
  const parts = [`### ${words.icon} ${words.result}`, words.reason === '' ? '' : blockQuote(words.reason), words.said];
  return {
    kind: 'issue',
    key: 'failure-issue',
    marker: `<!-- troupe:failure=${run.workflow.id} -->`,
    runMarker: commentMarker(run.id),
    title: noticeTexts.issueTitle(run.workflow.name),
    body: [...parts, stepTable(run.rows), links(run)].filter((part) => part !== '').join('\n\n'),
    urgent: true,
    final: true,
  };
}

function links({ id, links: to }: ShownRun): string {
  const pull = to.pullRequest;
  const parts = [
    ...(pull === undefined
      ? []
      : [`[${labels.pull} #${pull.number}](${pull.url})`, `[${labels.checks}](${pull.url}/checks)`]),
    to.run === undefined ? `${labels.run} \`${id}\`` : `[${labels.run} ${id}](${to.run})`,
  ];
  return parts.join(' · ');
}

/** What each step said, quoted. */
export function said({ rows, words: { reason } }: ShownRun, { redactor }: Pick<Rendering, 'redactor'>): string {
  const options = { maxBytes: wordsBytes, ...(redactor ? { redactor } : {}) };
  return rows
    .filter(({ inTable }) => inTable)
    .flatMap(({ title, icon, told: { noop, summary = '', verdictReason = '', error, undone } }) => {
      // the reason of the run stands above, word for word, and what the server said below it
      const isTold = error !== undefined && reason.includes(quoteLine(splitServerLines(error.message).message, 4_000));
      const unsaid = notYetSaid(noop ?? summary, verdictReason, reason);
      const words = error === undefined ? quoted(unsaid, options) : isTold ? '' : errorWords(error, options);
      const parts = [words, undone === undefined ? '' : quoteLine(undone, 400, redactor)].filter((part) => part !== '');
      return parts.length === 0 ? [] : [`${icon} **${title}**\n\n${parts.join('\n\n')}`];
    })
    .join('\n\n');
}

/** What a step said, without what the reason of the run has of it. */
export function notYetSaid(text: string, verdictReason: string, reason: string): string {
  const isReason = verdictReason !== '' && notSaidIn(reason, verdictReason) === '';
  return notSaidIn(reason, isReason ? withoutBeginning(verdictReason, text) : text);
}

function quoted(text: string, options: QuoteOptions): string {
  const words = quotePersonaText(text, options);
  return words === '' ? '' : blockQuote(words);
}

/** A part that opens on demand; nothing for nothing. */
export function fold(title: string, body: string): string {
  return body === '' ? '' : `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

/** Mentions a person by a login that has the shape of one; bots are not mentioned. */
export function mentionOf({ requester, host }: ShownRun): string {
  return /^[a-z\d](?:-?[a-z\d]){0,38}$/i.test(requester) && host !== 'cli' ? `@${requester} ` : '';
}
