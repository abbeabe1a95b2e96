// Words for a commit message and the names of our trailers. People's and personas' words can close no issue, call nobody, fake no trailer.
import { withoutSkipOrders } from '../../support/index.ts';

/** Which step of the run made a commit. */
export const stepTrailer = 'Troupe-Step';
/** Which program the work is of. */
export const agentTrailer = 'Troupe-Agent';
/** Which run made a commit. */
export const runTrailer = 'Troupe-Run';

const maxSubject = 100;

/** The words without effects: no mention, no closing of another issue, no trailer, no order to skip the project's checks. */
export function harmless(message: string, ownNumber: number | undefined): string {
  const lines = message
    .replaceAll(/\r\n?/g, '\n')
    // oxlint-disable-next-line no-control-regex -- control characters have no place in a commit message
    .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F]/g, '')
    .split('\n')
    .filter((line) => !/^\s*(troupe-[\w-]+|co-authored-by|signed-off-by|skip-checks)\s*:/i.test(line))
    .map((line) => withoutEffects(line, ownNumber));
  const [subject = '', ...body] = withoutSkipOrders(lines.join('\n')).trim().split('\n');
  return [Array.from(subject).slice(0, maxSubject).join(''), ...body].join('\n').trim();
}

function withoutEffects(line: string, ownNumber: number | undefined): string {
  return line
    .replaceAll(/@(?=[\w-])/g, '@\u200B')
    .replaceAll(
      /\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(\s+(?::\s+)?|:\s+)(\S*?)#(\d+)/gi,
      (whole: string, ...[word, space, where, number]: readonly string[]) =>
        where === '' && Number(number) === ownNumber ? whole : `${word}${space}${where}#\u200B${number}`,
    )
    .replaceAll(/\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)(?:\s+(?::\s+)?|:\s+)https?:\/\/\S+/gi, (address) =>
      address.replaceAll(/\/(issues|pull)\/(?=\d)/gi, '/$1/\u200B'),
    );
}
