// The one short comment per gate that people are waited for at: edits notify nobody (decision 38). Pure.
import { blockQuote, quoteLine, quotePersonaText } from '../support/index.ts';
import { gateTexts } from './messages.ts';
import { commentMarker, mentionOf } from './render-comment.ts';
import { runTexts } from './shown/messages.ts';
import type { ShownRow } from './shown/shown-row.ts';
import type { ShownRun } from './shown/shown-run.ts';
import type { Rendering, WantedSurface } from './types.ts';

/** The label of a run that needs a person. */
const needsHuman = 'troupe:needs-human';

/** Approvals, questions, and the call for a person. */
export function renderGates(input: Rendering, issue: number): readonly WantedSurface[] {
  return [
    ...input.run.rows.filter(({ inTable }) => inTable).flatMap((row) => gateNotice(input, row, issue) ?? []),
    ...(input.run.escalated === undefined ? [] : escalation(input, input.run.escalated, issue)),
  ];
}

function gateNotice(input: Rendering, row: ShownRow, issue: number): WantedSurface | undefined {
  const { path, told } = row;
  const words = told.approval === undefined ? questionWords(input, row) : approvalWords(input, row);
  if (words === undefined) return undefined;
  const marker = commentMarker(input.run.id, `notice:gate:${path}`);
  return {
    kind: 'comment',
    key: `notice:gate:${path}`,
    issue,
    marker,
    body: [`${marker}\n${words.first}`, ...words.more].filter((part) => part !== '').join('\n\n'),
    urgent: true,
    final: words.isOver,
  };
}

interface Words {
  readonly first: string;
  readonly more: readonly string[];
  readonly isOver: boolean;
}

function approvalWords({ run, redactor }: Rendering, { path, title, told: { approval } }: ShownRow): Words | undefined {
  if (approval === undefined) return undefined;
  const { decided, isOpen, by, sha, message } = approval;
  if (!isOpen) {
    const who = decided === undefined ? undefined : quoteLine(decided.login, 40);
    const first =
      who === undefined
        ? gateTexts.over(title)
        : gateTexts.decided[decided?.approved === true ? 'yes' : 'no'](title, who);
    return { first, more: [], isOver: true };
  }
  const at = sha === undefined ? '' : ` @${sha}`;
  return {
    first: gateTexts.approval(mentions(run, by), workflowOf(run), title),
    more: [
      blockQuote(quotePersonaText(message, { maxBytes: 3_000, ...(redactor ? { redactor } : {}) })),
      gateTexts.howToApprove(`/troupe approve ${path}${at}`, `/troupe reject ${path}`, run.reach === 'checks'),
    ],
    isOver: false,
  };
}

function questionWords(
  { run, shown, redactor }: Rendering,
  { path, title, look, told: { waitsFor: asked = '' } }: ShownRow,
): Words | undefined {
  if (look === 'answer') {
    return {
      first: gateTexts.question(mentions(run, []), workflowOf(run), title),
      more: [
        blockQuote(quotePersonaText(asked, { maxBytes: 3_000, ...(redactor ? { redactor } : {}) })),
        gateTexts.howToAnswer(),
      ],
      isOver: false,
    };
  }
  // Asked before: the comment says that nobody is waited for any more.
  const wasAsked = shown.some(({ key }) => key === `notice:gate:${path}`);
  return wasAsked ? { first: gateTexts.answered(title), more: [], isOver: true } : undefined;
}

function escalation({ run, shown, redactor }: Rendering, reason: string, issue: number): readonly WantedSurface[] {
  const label = {
    kind: 'label',
    key: `label:${needsHuman}`,
    issue,
    body: needsHuman,
    urgent: true,
    final: true,
  } as const;
  const key = 'notice:escalated';
  // A run that is about to fail, or has, tells so in a comment of its own.
  const waits = run.rows.some(({ look }) => look === 'approval' || look === 'answer');
  if (!waits && !shown.some((row) => row.key === key)) return [label];
  const marker = commentMarker(run.id, key);
  const first = gateTexts.escalated(mentions(run, []), workflowOf(run));
  const why = blockQuote(quotePersonaText(reason, { maxBytes: 3_000, ...(redactor ? { redactor } : {}) }));
  const body = [`${marker}\n${first}`, why].join('\n\n');
  return [label, { kind: 'comment', key, issue, marker, body, urgent: true, final: true }];
}

/** Whoever may decide, as far as they are named; else who asked for the run. */
function mentions(run: ShownRun, by: readonly string[]): string {
  const named = by.filter((name) => /^[a-z\d](?:-?[a-z\d]){0,38}(?:\/[a-z\d][a-z\d_.-]{0,99})?$/i.test(name));
  return named.length === 0 || run.host === 'cli' ? mentionOf(run) : `${named.map((name) => `@${name}`).join(' ')} `;
}

function workflowOf({ workflow: { name }, rehearsal }: ShownRun): string {
  return rehearsal ? runTexts.rehearsal(name) : name;
}
