// What a step's check says: result first, then what the persona said, verdict, evidence, files, cost, links. Pure.
import type { Evidence, StepState } from '../engine/index.ts';
import type { CheckAnnotation } from '../github/index.ts';
import { splitServerLines } from '../support/index.ts';
import type { Redactor } from '../support/index.ts';
import { clockTime, stepCost, stepDuration } from './amounts.ts';
import { errorWords } from './error-words.ts';
import { labels, stepSentences, stepTexts } from './messages.ts';
import { blockQuote, codeBlock, inlineCode, quoteLine, quotePersonaText } from './quote/quote-persona-text.ts';
import type { ShownStep } from './run-steps.ts';
import { row } from './step-table.ts';

/** A persona's words are cut to this much in a check; the rest is in the run's log. */
const wordsBytes = 24_000;
const outputBytes = 12_000;
const filesShown = 50;

/** The check's title: the result, then what it is about. */
export function stepTitle(step: ShownStep, now: number, redactor?: Redactor): string {
  const { look, state } = step;
  const detail = titleDetail(step, redactor);
  const text = look === 'running' ? runningTitle(state, now) : capital(stepTexts[look]);
  return detail === '' ? text : `${text}: ${detail}`;
}

/** The check's summary. */
export function stepSummary(step: ShownStep, redactor?: Redactor): string {
  const { state } = step;
  const { result, error } = state;
  const options = { maxBytes: wordsBytes, ...(redactor ? { redactor } : {}) };
  return [
    facts(step),
    result?.summary === undefined || result.summary.trim() === ''
      ? ''
      : section(labels.summary, blockQuote(quotePersonaText(result.summary, options))),
    result?.noop === undefined ? '' : blockQuote(quotePersonaText(result.noop, options)),
    result?.verdict === undefined
      ? ''
      : section(
          labels.verdict,
          [stepSentences.verdict[result.verdict], line(result.verdictReason, redactor)].filter(Boolean).join(': '),
        ),
    result?.undone === undefined ? '' : quoteLine(result.undone, 400, redactor),
    error === undefined
      ? ''
      : section(
          labels.error,
          [errorWords(error, options), hint(error.hint, redactor), inlineCode(error.code)].filter(Boolean).join('\n\n'),
        ),
    evidenceTable(result?.evidence ?? [], redactor),
    list(labels.files, result?.filesChanged ?? []),
    result?.findings === undefined || result.findings.length === 0
      ? ''
      : section(labels.findings, labels.moreFindings(result.findings.length)),
    result?.warnings === undefined || result.warnings.length === 0
      ? ''
      : section(labels.warnings, result.warnings.map((text) => `- ${quoteLine(text, 300, redactor)}`).join('\n')),
    state.progress === undefined || result !== undefined
      ? ''
      : blockQuote(quotePersonaText(state.progress, { ...options, maxBytes: 2_000 })),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The check's text: the last lines of what was run. */
export function stepText(state: StepState, redactor?: Redactor): string | undefined {
  const outputs = (state.result?.evidence ?? []).filter(({ output }) => output !== undefined && output.trim() !== '');
  if (outputs.length === 0) return undefined;
  return outputs
    .map(
      ({ command, output = '' }) =>
        `${inlineCode(command.join(' '))}\n\n${codeBlock(output, { maxBytes: outputBytes, ...(redactor ? { redactor } : {}) })}`,
    )
    .join('\n\n');
}

/** Remarks on places in the code. */
export function stepAnnotations(state: StepState, redactor?: Redactor): CheckAnnotation[] {
  const options = { maxBytes: 4_000, ...(redactor ? { redactor } : {}) };
  return (state.result?.findings ?? [])
    .filter(({ path }) => path !== '' && !path.startsWith('/') && !path.split('/').includes('..'))
    .map((finding) => ({
      path: finding.path,
      startLine: finding.startLine,
      endLine: finding.endLine ?? finding.startLine,
      level: finding.level,
      message: quotePersonaText(finding.message, options),
      ...(finding.title === undefined ? {} : { title: quoteLine(finding.title, 200, redactor) }),
    }));
}

/** Commands that were run, with what they proved. Empty without any. */
export function evidenceTable(evidence: readonly Evidence[], redactor?: Redactor): string {
  if (evidence.length === 0) return '';
  const rows = evidence.map(({ by, command, exitCode, tests }) =>
    row([
      inlineCode(redactor?.text(command.join(' ')) ?? command.join(' ')),
      String(exitCode),
      tests === undefined ? '' : testsText(tests),
      labels.verifiedBy[by],
    ]),
  );
  return section(
    labels.evidence,
    [row(labels.evidenceTable), row(labels.evidenceTable.map(() => '---')), ...rows].join('\n'),
  );
}

function facts({ state, items }: ShownStep): string {
  const { result } = state;
  const model = [result?.provider, result?.model].filter((name) => name !== undefined).map((name) => inlineCode(name));
  const parts = [
    items ?? '',
    stepDuration(state),
    state.attempts > 1 ? stepSentences.attempt(state.attempts) : '',
    stepCost(state),
    model.join(' '),
    result?.sha === undefined ? '' : result.sha.slice(0, 7),
    state.reusedFrom === undefined ? '' : stepSentences.reused(state.reusedFrom.run),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function titleDetail({ look, state }: ShownStep, redactor?: Redactor): string {
  const { result } = state;
  switch (look) {
    case 'failed':
    case 'timed_out':
      return line(splitServerLines(state.error?.message ?? '').message, redactor);
    case 'retrying':
      return state.retryAt === undefined ? '' : stepSentences.retryAt(clockTime(state.retryAt));
    case 'skipped':
      return skippedText(state, redactor);
    case 'cancelled':
      return state.cancelledBecause === undefined ? '' : stepSentences.cancelledBecause[state.cancelledBecause];
    case 'waiting':
    case 'approval':
    case 'answer':
      return line(state.waitingFor?.message, redactor);
    case 'rejected':
    case 'unjudged':
      return line(result?.verdictReason ?? result?.summary, redactor);
    case 'noop':
      return line(result?.noop, redactor);
    case 'passed':
    case 'done':
      return line(result?.summary, redactor);
    case 'running':
    case 'pending':
      return '';
  }
}

function skippedText({ skipped }: StepState, redactor?: Redactor): string {
  if (skipped === undefined) return stepSentences.skippedBecause.run_failed;
  if (skipped.because === undefined || skipped.because === '') return stepSentences.skippedBecause[skipped.reason];
  return line(skipped.because, redactor);
}

// Whole minutes: the title, and with it the request, changes once a minute.
function runningTitle(state: StepState, now: number): string {
  const minutes = Math.floor((now - (state.startedAt ?? now)) / 60_000);
  const text = stepSentences.runningFor(minutes);
  return state.attempts > 1 ? `${text}, ${stepSentences.attempt(state.attempts)}` : text;
}

function list(title: string, files: readonly string[]): string {
  if (files.length === 0) return '';
  const shown = files.slice(0, filesShown).map((file) => `- ${inlineCode(file)}`);
  const more = files.length > filesShown ? [`- ${labels.moreFiles(files.length - filesShown)}`] : [];
  return section(`${title} (${files.length})`, [...shown, ...more].join('\n'));
}

function section(title: string, body: string): string {
  return `**${title}**\n\n${body}`;
}

function line(text: string | undefined, redactor?: Redactor): string {
  return text === undefined ? '' : quoteLine(text, 200, redactor);
}

/** Whole: what to do is of no use in halves. */
function hint(text: string | undefined, redactor?: Redactor): string {
  return text === undefined ? '' : quoteLine(text, 400, redactor);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function testsText(tests: NonNullable<Evidence['tests']>): string {
  const parts = [`${tests.passed} of ${tests.run} passed`];
  if (tests.failed > 0) parts.push(`${tests.failed} failed`);
  if (tests.skipped > 0) parts.push(`${tests.skipped} skipped`);
  return parts.join(', ');
}
