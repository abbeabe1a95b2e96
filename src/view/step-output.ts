// What a step's check says: result first, then what the persona said, verdict, evidence, files, cost, links. Pure.
import type { CheckAnnotation } from '../github/index.ts';
import { blockQuote, codeBlock, inlineCode, quoteLine, quotePersonaText } from '../support/index.ts';
import type { QuoteOptions, Redactor } from '../support/index.ts';
import { serverWords } from './shown/error-words.ts';
import { labels, stepSentences } from './shown/messages.ts';
import type { ShownRow } from './shown/shown-row.ts';
import type { ShownEvidence } from './shown/step-told.ts';
import { row } from './step-table.ts';
import { leftByTitle } from './step-title.ts';

/** A persona's words are cut to this much in a check; the rest is in the run's log. */
const wordsBytes = 24_000;
const outputBytes = 12_000;
const filesShown = 50;

/** The check's summary: what its title does not say. */
export function stepSummary(step: ShownRow, redactor?: Redactor): string {
  const { verdict, told } = step;
  const { undone, error, progress, findings, warnings } = told;
  const { summary = '', noop = '', verdictReason, error: failure = '' } = leftByTitle(step, redactor);
  const options = { maxBytes: wordsBytes, ...(redactor ? { redactor } : {}) };
  return [
    facts(step),
    summary.trim() === '' ? '' : section(labels.summary, quoted(summary, options)),
    quoted(noop, options),
    verdict === undefined
      ? ''
      : section(
          labels.verdict,
          [stepSentences.verdict[verdict], line(verdictReason, redactor)].filter(Boolean).join(': '),
        ),
    undone === undefined ? '' : quoteLine(undone, 400, redactor),
    error === undefined
      ? ''
      : section(
          labels.error,
          [quoted(failure, options), serverWords(error, options), hint(error.hint, redactor), inlineCode(error.code)]
            .filter(Boolean)
            .join('\n\n'),
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

function list(title: string, files: readonly string[]): string {
  if (files.length === 0) return '';
  const shown = files.slice(0, filesShown).map((file) => `- ${inlineCode(file)}`);
  const more = files.length > filesShown ? [`- ${labels.moreFiles(files.length - filesShown)}`] : [];
  return section(`${title} (${files.length})`, [...shown, ...more].join('\n'));
}

function quoted(text: string, options: QuoteOptions): string {
  return text.trim() === '' ? '' : blockQuote(quotePersonaText(text, options));
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

function testsText(tests: NonNullable<ShownEvidence['tests']>): string {
  const parts = [`${tests.passed} of ${tests.run} passed`];
  if (tests.failed > 0) parts.push(`${tests.failed} failed`);
  if (tests.skipped > 0) parts.push(`${tests.skipped} skipped`);
  return parts.join(', ');
}
