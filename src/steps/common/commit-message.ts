// Words for a commit message and the names of our trailers. People's and personas' words can close no issue, call nobody, fake no trailer.
import { withoutSkipOrders } from '../../support/index.ts';

/** Which step of the run made a commit. */
export const stepTrailer = 'Troupe-Step';
/** Which program the work is of. */
export const agentTrailer = 'Troupe-Agent';
/** Which run made a commit. */
export const runTrailer = 'Troupe-Run';

const maxSubject = 100;
/** Control and direction characters. Not zero-width ones: what quotes words puts them there. */
// oxlint-disable-next-line no-control-regex -- they have no place in a commit message
const unseen = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** The words without effects: no mention, no closing of another issue, no trailer, no order to skip the project's checks. */
export function harmless(message: string, ownNumber: number | undefined): string {
  const lines = message
    .replaceAll(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replaceAll(unseen, '')
    .split('\n')
    .filter((line) => !/^\s*(troupe-[\w-]+|[\w-]+-by|skip-checks)\s*:/i.test(line));
  const words = withoutEffects(withoutSkipOrders(lines.join('\n')), ownNumber);
  const [subject = '', ...body] = words.trim().split('\n');
  return [Array.from(subject).slice(0, maxSubject).join(''), ...body].join('\n').trim();
}

function withoutEffects(words: string, ownNumber: number | undefined): string {
  return words
    .replaceAll(/@(?=[\w-])/g, '@\u200B')
    .replaceAll(
      /\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(\s+(?::\s+)?|:\s+)(\S*?)(#|gh-)(\d+)/gi,
      (whole: string, ...[word, space, where, mark, number]: readonly string[]) =>
        where === '' && Number(number) === ownNumber ? whole : `${word}${space}${where}${mark}\u200B${number}`,
    )
    .replaceAll(/\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?:\s+(?::\s+)?|:\s+)https?:\/\/\S+/gi, (address) =>
      address.replaceAll(/\/(issues|pull)\/(?=\d)/gi, '/$1/\u200B'),
    );
}
