// What a server said about a request of git's: its `remote:` lines and why it rejected a ref. Data of somebody else: cut, never obeyed.
import { defined } from '../support/index.ts';

/** The words of a server. */
export interface ServerWords {
  /** What stood behind `remote:`, without empty lines and progress. */
  readonly lines: readonly string[];
  /** What stood in the parentheses behind `[rejected]` or `[remote rejected]`. */
  readonly reason?: string;
}

const mostLines = 30;
const mostCharacters = 240;

// Counts of objects that git shows while it works.
const progress = /^(?:Enumerating|Counting|Compressing|Resolving|Processing|Unpacking|Total|Receiving)\b.*(?:\d|done)/;

/** The words in what git printed. */
export function serverWords(said: string): ServerWords {
  const rows = said.split(/[\r\n]+/);
  const lines = rows.flatMap((row) => {
    const [, text] = /^remote:(.*)$/.exec(row) ?? [];
    const shown = text === undefined ? '' : cleaned(text);
    return shown.trim() === '' || progress.test(shown.trim()) ? [] : [shown];
  });
  const reason = rows.map(reasonOf).find((found) => found !== undefined);
  return { lines, ...defined({ reason }) };
}

/** A message with the server's lines beneath, as git shows them. */
export function withServerLines(message: string, lines: readonly string[]): string {
  const left = lines.length - mostLines;
  const shown = left > 1 ? [...lines.slice(0, mostLines), `… ${left} more lines`] : lines;
  return [message, ...shown.map((line) => `remote: ${line}`)].join('\n');
}

/** No ref holds a space, so what is between the name and the parenthesis is certain. */
function reasonOf(row: string): string | undefined {
  return /^\s*! \[(?:remote )?(?:rejected|failure)\]\s+(?:\S+ -> )?\S+ \((.*)\)\s*$/.exec(row)?.[1];
}

function cleaned(text: string): string {
  // colours of a terminal, then what else no reader sees
  // oxlint-disable-next-line no-control-regex -- colours start with this character
  const plain = text.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, '').replaceAll(/[\p{Cc}\p{Cf}]/gu, '');
  const line = plain.replace(/^ /, '').trimEnd();
  const points = Array.from(line);
  return points.length <= mostCharacters ? line : `${points.slice(0, mostCharacters - 1).join('')}…`;
}
