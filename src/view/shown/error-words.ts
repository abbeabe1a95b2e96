// An error of a step for people: what happened, the server's own lines as data, what to do. Pure.
import { splitServerLines, blockQuote, codeBlock, quoteLine, quotePersonaText } from '../../support/index.ts';
import type { Redactor, QuoteOptions } from '../../support/index.ts';
import { labels } from './messages.ts';
import type { ShownError } from './step-told.ts';

/** The message, and beneath it what the server said. */
export function errorWords(error: ShownError, options: QuoteOptions): string {
  const { message } = splitServerLines(error.message);
  return [blockQuote(quotePersonaText(message, options)), serverWords(error, options)]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** What the server said; empty where it said nothing. */
export function serverWords(error: ShownError | undefined, options: QuoteOptions): string {
  const { lines } = splitServerLines(error?.message ?? '');
  return lines.length === 0 ? '' : `${labels.serverSaid}\n\n${codeBlock(lines.join('\n'), options)}`;
}

/** What helps, where the message alone does not tell: git's and GitHub's refusals are lifted by whoever set the rules. */
export function remedyOf(error: ShownError | undefined, redactor?: Redactor): readonly string[] {
  return error?.hint === undefined || !/^(git|github)\//.test(error.code)
    ? []
    : [sentence(quoteLine(error.hint, 400, redactor))];
}

/** Others stand behind it. */
function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
