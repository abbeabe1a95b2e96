// An error of a step for people: what happened, the server's own lines as data, what to do. Pure.
import type { StepState } from '../engine/index.ts';
import { splitServerLines } from '../support/index.ts';
import type { Redactor } from '../support/index.ts';
import { labels } from './messages.ts';
import { blockQuote, codeBlock, quoteLine, quotePersonaText } from './quote/quote-persona-text.ts';
import type { QuoteOptions } from './quote/quote-persona-text.ts';

type StepError = NonNullable<StepState['error']>;

/** The message, and beneath it what the server said. */
export function errorWords(error: StepError, options: QuoteOptions): string {
  const { message } = splitServerLines(error.message);
  return [blockQuote(quotePersonaText(message, options)), serverWords(error, options)]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** What the server said; empty where it said nothing. */
export function serverWords(error: StepError | undefined, options: QuoteOptions): string {
  const { lines } = splitServerLines(error?.message ?? '');
  return lines.length === 0 ? '' : `${labels.serverSaid}\n\n${codeBlock(lines.join('\n'), options)}`;
}

/** What helps, where the message alone does not tell: the rules of a repository are known to whoever set them. */
export function gitAdvice(error: StepError | undefined, redactor?: Redactor): readonly string[] {
  return error?.hint === undefined || !error.code.startsWith('git/')
    ? []
    : [sentence(quoteLine(error.hint, 400, redactor))];
}

/** Others stand behind it. */
function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
