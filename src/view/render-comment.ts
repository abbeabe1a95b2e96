// The sticky comment of a run and the one new comment when it fails. Pure.
import type { RunState } from '../engine/index.ts';
import type { RunId } from '../support/index.ts';
import { renderGraph } from './graph.ts';
import { errorWords } from './error-words.ts';
import { labels, noticeTexts, runTexts } from './messages.ts';
import { blockQuote, quoteLine, quotePersonaText } from './quote/quote-persona-text.ts';
import type { QuoteOptions } from './quote/quote-persona-text.ts';
import { icons } from './run-steps.ts';
import type { ShownStep } from './run-steps.ts';
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
  const { state, run, steps } = input;
  const { words } = run;
  const marker = commentMarker(state.id);
  const body = [
    `${marker}\n### ${words.icon} ${words.result}`,
    words.reason,
    words.said,
    words.next.join(' '),
    stepTable(run.rows),
    run.receipt ?? '',
    links(input),
    fold(labels.details, said(steps, input)),
    fold(labels.graph, renderGraph(state, steps)),
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
export function renderNotice(input: Rendering, issue: number): WantedComment | undefined {
  const { state, run } = input;
  if (state.status !== 'failed' && state.status !== 'timed_out') return undefined;
  const { words, workflow } = run;
  const marker = commentMarker(state.id, 'notice:failed');
  const where = noticeTexts.where[state.status](run.failedAt);
  const name = run.rehearsal ? runTexts.rehearsal(workflow.name) : workflow.name;
  const sentence = noticeTexts.failed(mentionOf(state), name, where);
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
export function renderFailureIssue(input: Rendering): Extract<WantedSurface, { kind: 'issue' }> | undefined {
  const { state, run } = input;
  const isTold = state.spec.task.number === undefined && state.facts.pullRequest === undefined;
  if (!isTold || state.spec.host === 'cli' || (state.status !== 'failed' && state.status !== 'timed_out'))
    return undefined;
  const { words } = run;
  const parts = [`### ${words.icon} ${words.result}`, words.reason === '' ? '' : blockQuote(words.reason), words.said];
  return {
    kind: 'issue',
    key: 'failure-issue',
    marker: `<!-- troupe:failure=${state.spec.workflow.id} -->`,
    runMarker: commentMarker(state.id),
    title: noticeTexts.issueTitle(run.workflow.name),
    body: [...parts, stepTable(run.rows), links(input)].filter((part) => part !== '').join('\n\n'),
    urgent: true,
    final: true,
  };
}

function links({ run: { id, links: to } }: Rendering): string {
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
export function said(steps: readonly ShownStep[], { redactor }: Pick<Rendering, 'redactor'>): string {
  const options = { maxBytes: wordsBytes, ...(redactor ? { redactor } : {}) };
  return steps
    .flatMap(({ name, look, state }) => {
      const text = state.result?.noop ?? state.result?.summary ?? '';
      const words = state.error === undefined ? quoted(text, options) : errorWords(state.error, options);
      const undone = state.result?.undone === undefined ? '' : quoteLine(state.result.undone, 400, redactor);
      const parts = [words, undone].filter((part) => part !== '');
      return parts.length === 0 ? [] : [`${icons[look]} **${name}**\n\n${parts.join('\n\n')}`];
    })
    .join('\n\n');
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
export function mentionOf({ spec }: RunState): string {
  return /^[a-z\d](?:-?[a-z\d]){0,38}$/i.test(spec.requester.login) && spec.host !== 'cli'
    ? `@${spec.requester.login} `
    : '';
}
