// The title of a step's check, and what it leaves for the body below it: what stands in the title is not said again. Pure.
import { splitServerLines, quoteLine } from '../support/index.ts';
import type { Redactor } from '../support/index.ts';
import { clockTime } from './shown/amounts.ts';
import { awaitedWords } from './shown/awaited-words.ts';
import { stepSentences, stepTexts } from './shown/messages.ts';
import { withoutBeginning } from './shown/said-before.ts';
import type { ShownRow } from './shown/shown-row.ts';
import type { StepTold } from './shown/step-told.ts';

/** A title that is read at a glance. */
const titleCharacters = 200;

/** The texts of a step that its title may begin, or say whole. Absent: it says nothing of the kind. */
export type StepWords = Partial<Record<'summary' | 'noop' | 'verdictReason' | 'error', string>>;

/** The check's title: the result, then what it is about. */
export function stepTitle(step: ShownRow, now: number, redactor?: Redactor): string {
  const words = wordsOf(step.told);
  const of = titledBy(step);
  const detail = of === undefined ? titleDetail(step, redactor) : halved(words[of] ?? '', redactor).title;
  const text = resultOf(step, now);
  return detail === '' ? text : `${text}: ${detail}`;
}

/** What the title does not have of the step's words: empty where it has all of them. */
export function leftByTitle(step: ShownRow, redactor?: Redactor): StepWords {
  const words = wordsOf(step.told);
  const of = titledBy(step);
  const left = of === undefined ? words : { ...words, [of]: halved(words[of] ?? '', redactor).rest };
  if (left.summary === undefined || of === 'summary') return left;
  // a persona may give its summary as the reason, or begin with that
  const said = [words.error, words.verdictReason, words.noop].filter((text) => text !== undefined);
  return { ...left, summary: said.reduce((text, before) => withoutBeginning(before, text), left.summary) };
}

function wordsOf({ summary, noop, verdictReason, error }: StepTold): StepWords {
  return {
    ...(summary === undefined ? {} : { summary }),
    ...(noop === undefined ? {} : { noop }),
    ...(verdictReason === undefined ? {} : { verdictReason }),
    ...(error === undefined ? {} : { error: splitServerLines(error.message).message }),
  };
}

/** Whose words stand in the title. */
function titledBy({ look, told }: ShownRow): keyof StepWords | undefined {
  switch (look) {
    case 'failed':
    case 'timed_out':
      return 'error';
    case 'rejected':
    case 'unjudged':
      return told.verdictReason === undefined ? 'summary' : 'verdictReason';
    // why is worth knowing where it takes hours
    case 'retrying':
      return told.retryAt !== undefined && told.error?.code === 'persona/rate-limit' ? 'error' : undefined;
    case 'noop':
      return 'noop';
    case 'passed':
    case 'done':
      return 'summary';
    default:
      return undefined;
  }
}

function resultOf(step: ShownRow, now: number): string {
  const { look, told } = step;
  if (look === 'running') return runningTitle(step, now);
  if (look === 'retrying' && told.retryAt !== undefined) return stepSentences.retryAt(clockTime(told.retryAt));
  return capital(stepTexts[look]);
}

// Whole minutes: the title, and with it the request, changes once a minute.
function runningTitle({ startedAt, attempts }: ShownRow, now: number): string {
  const minutes = Math.floor((now - (startedAt ?? now)) / 60_000);
  const text = stepSentences.runningFor(minutes);
  return attempts > 1 ? `${text}, ${stepSentences.attempt(attempts)}` : text;
}

function titleDetail({ look, told }: ShownRow, redactor?: Redactor): string {
  switch (look) {
    case 'skipped':
      return skippedText(told, redactor);
    case 'cancelled':
      return told.cancelledBecause === undefined ? '' : stepSentences.cancelledBecause[told.cancelledBecause];
    case 'waiting':
      return told.awaits === undefined
        ? line(told.waitsFor, redactor)
        : line(awaitedWords(told.awaits, undefined), redactor);
    case 'approval':
    case 'answer':
      return line(told.waitsFor, redactor);
    default:
      return '';
  }
}

function skippedText({ skipped }: StepTold, redactor?: Redactor): string {
  if (skipped === undefined) return stepSentences.skippedBecause.run_failed;
  if (skipped.because === undefined || skipped.because === '') return stepSentences.skippedBecause[skipped.reason];
  return line(skipped.because, redactor);
}

function line(text: string | undefined, redactor?: Redactor): string {
  return text === undefined ? '' : quoteLine(text, titleCharacters, redactor);
}

/** What begins the text and fits a title, and what comes after it. Where nothing fits, or the cut would go through Markdown, the title has nothing of it. */
function halved(text: string, redactor?: Redactor): { readonly title: string; readonly rest: string } {
  const whole = text.trim();
  const end = endOfBeginning(whole);
  const beginning = whole.slice(0, end);
  const title = quoteLine(beginning, titleCharacters, redactor);
  const isCut = title.endsWith('…') && !beginning.endsWith('…');
  return isCut || !isBalanced(beginning) ? { title: '', rest: whole } : { title, rest: whole.slice(end).trim() };
}

/** The first paragraph or, of a long one, as many of its sentences as fit. */
function endOfBeginning(text: string): number {
  if (/^(?:[-*+>|]|\d+[.)]|```|~~~)\s/.test(text)) return 0;
  const next = text.search(/\n\s*\n|\n(?=\s*(?:[-*+>|#]|\d+[.)]|```|~~~))/);
  const paragraph = text.startsWith('#') ? firstLine(text) : next === -1 ? text : text.slice(0, next);
  if (paragraph.length <= titleCharacters) return paragraph.length;
  const sentences = [...paragraph.slice(0, titleCharacters).matchAll(/[.!?…]["')\]]?(?=\s+[^a-z\s])/g)];
  const last = sentences.at(-1);
  return last === undefined ? 0 : last.index + last[0].length;
}

/** A heading is a line of its own. */
function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function isBalanced(text: string): boolean {
  return ['`', '**', '__'].every((mark) => (text.split(mark).length - 1) % 2 === 0);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
