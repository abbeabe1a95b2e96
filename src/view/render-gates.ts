// The one short comment per gate that people are waited for at: edits notify nobody (decision 38). Pure.
import { isRunOver } from '../engine/index.ts';
import type { RunState } from '../engine/index.ts';
import { gateTexts, runTexts } from './messages.ts';
import { blockQuote, quoteLine, quotePersonaText } from './quote/quote-persona-text.ts';
import { commentMarker, mentionOf } from './render-comment.ts';
import type { ShownStep } from './run-steps.ts';
import type { Rendering, WantedSurface } from './types.ts';

/** The label of a run that needs a person. */
const needsHuman = 'troupe:needs-human';

/** Approvals, questions, and the call for a person. */
export function renderGates(input: Rendering, issue: number): readonly WantedSurface[] {
  return [
    ...input.steps.flatMap((step) => gateNotice(input, step, issue) ?? []),
    ...(input.state.escalated === undefined ? [] : escalation(input, input.state.escalated, issue)),
  ];
}

function gateNotice(input: Rendering, step: ShownStep, issue: number): WantedSurface | undefined {
  const { path } = step.state;
  const words = step.state.approval === undefined ? questionWords(input, step) : approvalWords(input, step);
  if (words === undefined) return undefined;
  const marker = commentMarker(input.state.id, `notice:gate:${path}`);
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

function approvalWords({ state, redactor }: Rendering, { state: step, name }: ShownStep): Words | undefined {
  const { approval } = step;
  if (approval === undefined) return undefined;
  const { decided, isOpen, by, sha, message } = approval;
  if (!isOpen) {
    const who = decided === undefined ? undefined : quoteLine(decided.by.login, 40);
    const first =
      who === undefined
        ? gateTexts.over(name)
        : gateTexts.decided[decided?.approved === true ? 'yes' : 'no'](name, who);
    return { first, more: [], isOver: true };
  }
  const at = sha === undefined ? '' : ` @${sha}`;
  return {
    first: gateTexts.approval(mentions(state, by), workflowOf(state), name),
    more: [
      blockQuote(quotePersonaText(message, { maxBytes: 3_000, ...(redactor ? { redactor } : {}) })),
      gateTexts.howToApprove(`/troupe approve ${step.path}${at}`, `/troupe reject ${step.path}`),
    ],
    isOver: false,
  };
}

function questionWords(
  { state, shown, redactor }: Rendering,
  { state: step, name, look }: ShownStep,
): Words | undefined {
  if (look === 'answer') {
    const asked = step.waitingFor?.message ?? '';
    return {
      first: gateTexts.question(mentions(state, []), workflowOf(state), name),
      more: [
        blockQuote(quotePersonaText(asked, { maxBytes: 3_000, ...(redactor ? { redactor } : {}) })),
        gateTexts.howToAnswer(),
      ],
      isOver: false,
    };
  }
  // Asked before: the comment says that nobody is waited for any more.
  const wasAsked = shown.some(({ key }) => key === `notice:gate:${step.path}`);
  return wasAsked ? { first: gateTexts.answered(name), more: [], isOver: true } : undefined;
}

function escalation({ state, shown, redactor }: Rendering, reason: string, issue: number): readonly WantedSurface[] {
  const label = {
    kind: 'label',
    key: `label:${needsHuman}`,
    issue,
    body: needsHuman,
    urgent: true,
    final: true,
  } as const;
  const key = 'notice:escalated';
  // A run that failed tells so in a comment of its own.
  if (isRunOver(state.status) && !shown.some((row) => row.key === key)) return [label];
  const marker = commentMarker(state.id, key);
  const first = gateTexts.escalated(mentions(state, []), workflowOf(state));
  const why = blockQuote(quotePersonaText(reason, { maxBytes: 3_000, ...(redactor ? { redactor } : {}) }));
  const body = [`${marker}\n${first}`, why].join('\n\n');
  return [label, { kind: 'comment', key, issue, marker, body, urgent: true, final: true }];
}

/** Whoever may decide, as far as they are named; else who asked for the run. */
function mentions(state: RunState, by: readonly string[]): string {
  const named = by.filter((name) => /^[a-z\d](?:-?[a-z\d]){0,38}(?:\/[a-z\d][a-z\d_.-]{0,99})?$/i.test(name));
  return named.length === 0 || state.spec.host === 'cli'
    ? mentionOf(state)
    : `${named.map((name) => `@${name}`).join(' ')} `;
}

function workflowOf({ spec }: RunState): string {
  const workflow = quoteLine(spec.workflow.name, 80);
  return spec.rehearsal ? runTexts.rehearsal(workflow) : workflow;
}
