// What a step's check says: result first, then what the persona said, verdict, evidence, files, cost, links. Pure.
import type { CheckAnnotation } from '../github/index.ts';
import { splitServerLines, blockQuote, codeBlock, inlineCode, quoteLine, quotePersonaText } from '../support/index.ts';
import type { Redactor } from '../support/index.ts';
import { clockTime } from './shown/amounts.ts';
import { errorWords } from './shown/error-words.ts';
import { labels, stepSentences, stepTexts } from './shown/messages.ts';
import type { ShownRow } from './shown/shown-row.ts';
import type { ShownEvidence } from './shown/step-told.ts';
import { row } from './step-table.ts';

/** A persona's words are cut to this much in a check; the rest is in the run's log. */
const wordsBytes = 24_000;
const outputBytes = 12_000;
const filesShown = 50;

/** The check's title: the result, then what it is about. */
export function stepTitle(step: ShownRow, now: number, redactor?: Redactor): string {
  const { look } = step;
  const detail = titleDetail(step, redactor);
  const text = look === 'running' ? runningTitle(step, now) : capital(stepTexts[look]);
  return detail === '' ? text : `${text}: ${detail}`;
}

/** The check's summary. */
export function stepSummary(step: ShownRow, redactor?: Redactor): string {
  const { verdict, told } = step;
  const { summary = '', noop, undone, error, progress, findings, warnings } = told;
  const options = { maxBytes: wordsBytes, ...(redactor ? { redactor } : {}) };
  return [
    facts(step),
    summary.trim() === '' ? '' : section(labels.summary, blockQuote(quotePersonaText(summary, options))),
    noop === undefined ? '' : blockQuote(quotePersonaText(noop, options)),
    verdict === undefined
      ? ''
      : section(
          labels.verdict,
          [stepSentences.verdict[verdict], line(told.verdictReason, redactor)].filter(Boolean).join(': '),
        ),
    undone === undefined ? '' : quoteLine(undone, 400, redactor),
    error === undefined
      ? ''
      : section(
          labels.error,
          [errorWords(error, options), hint(error.hint, redactor), inlineCode(error.code)].filter(Boolean).join('\n\n'),
        ),
    evidenceTable(told.evidence, redactor),
    list(labels.files, told.files),
    findings.length === 0 ? '' : section(labels.findings, labels.moreFindings(findings.length)),
    warnings.length === 0
      ? ''
      : section(labels.warnings, warnings.map((text) => `- ${quoteLine(text, 300, redactor)}`).join('\n')),
    progress === undefined ? '' : blockQuote(quotePersonaText(progress, { ...options, maxBytes: 2_000 })),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The check's text: the last lines of what was run. */
export function stepText({ told }: ShownRow, redactor?: Redactor): string | undefined {
  const outputs = told.evidence.filter(({ output }) => output !== undefined && output.trim() !== '');
  if (outputs.length === 0) return undefined;
  return outputs
    .map(
      ({ command, output = '' }) =>
        `${inlineCode(command)}\n\n${codeBlock(output, { maxBytes: outputBytes, ...(redactor ? { redactor } : {}) })}`,
    )
    .join('\n\n');
}

/** Remarks on places in the code. */
export function stepAnnotations({ told }: ShownRow, redactor?: Redactor): CheckAnnotation[] {
  const options = { maxBytes: 4_000, ...(redactor ? { redactor } : {}) };
  return told.findings
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
export function evidenceTable(evidence: readonly ShownEvidence[], redactor?: Redactor): string {
  if (evidence.length === 0) return '';
  const rows = evidence.map(({ by, command, exitCode, tests }) =>
    row([
      inlineCode(redactor?.text(command) ?? command),
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

function facts({ items, duration, attempts, cost, told }: ShownRow): string {
  const model = [told.provider, told.model, told.agent]
    .filter((name) => name !== undefined)
    .map((name) => inlineCode(name));
  const parts = [
    items ?? '',
    duration,
    attempts > 1 ? stepSentences.attempt(attempts) : '',
    cost,
    model.join(' '),
    told.sha === undefined ? '' : told.sha.slice(0, 7),
    told.reusedFrom === undefined ? '' : stepSentences.reused(told.reusedFrom),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function titleDetail({ look, told }: ShownRow, redactor?: Redactor): string {
  switch (look) {
    case 'failed':
    case 'timed_out':
      return line(splitServerLines(told.error?.message ?? '').message, redactor);
    case 'retrying':
      return retryDetail(told, redactor);
    case 'skipped':
      return skippedText(told, redactor);
    case 'cancelled':
      return told.cancelledBecause === undefined ? '' : stepSentences.cancelledBecause[told.cancelledBecause];
    case 'waiting':
    case 'approval':
    case 'answer':
      return line(told.waitsFor, redactor);
    case 'rejected':
    case 'unjudged':
      return line(told.verdictReason ?? told.summary, redactor);
    case 'noop':
      return line(told.noop, redactor);
    case 'passed':
    case 'done':
      return line(told.summary, redactor);
    case 'running':
    case 'pending':
      return '';
  }
}

/** Why is worth knowing where it takes hours. */
function retryDetail({ retryAt, error }: ShownRow['told'], redactor?: Redactor): string {
  if (retryAt === undefined) return '';
  const at = stepSentences.retryAt(clockTime(retryAt));
  return error?.code === 'persona/rate-limit' ? line(`${at}: ${error.message}`, redactor) : at;
}

function skippedText({ skipped }: ShownRow['told'], redactor?: Redactor): string {
  if (skipped === undefined) return stepSentences.skippedBecause.run_failed;
  if (skipped.because === undefined || skipped.because === '') return stepSentences.skippedBecause[skipped.reason];
  return line(skipped.because, redactor);
}

// Whole minutes: the title, and with it the request, changes once a minute.
function runningTitle({ startedAt, attempts }: ShownRow, now: number): string {
  const minutes = Math.floor((now - (startedAt ?? now)) / 60_000);
  const text = stepSentences.runningFor(minutes);
  return attempts > 1 ? `${text}, ${stepSentences.attempt(attempts)}` : text;
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

function testsText(tests: NonNullable<ShownEvidence['tests']>): string {
  const parts = [`${tests.passed} of ${tests.run} passed`];
  if (tests.failed > 0) parts.push(`${tests.failed} failed`);
  if (tests.skipped > 0) parts.push(`${tests.skipped} skipped`);
  return parts.join(', ');
}
