// Turns a stream of output into now and then one line of progress. Never passes on more than one line a second.
import { oneLine } from '../../support/index.ts';
import type { ProviderContext } from '../model/types.ts';

const intervalMs = 1_000;

/** Characters of a line that are looked at. */
const longestLine = 4_000;

/** A listener for whole lines. */
export function progressLines(context: ProviderContext): (chunk: string) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (lines) => {
    const now = context.clock.now();
    if (now - last < intervalMs) return;
    const line = lines.split('\n').findLast((one) => one.trim() !== '');
    if (line === undefined) return;
    last = now;
    context.progress(oneLine(context.redactor.head(line, longestLine), 200));
  };
}

/** A listener for output as it comes, in pieces that end anywhere: tells lines once they are whole. */
export function linesOf(tell: (lines: string) => void): (chunk: string) => void {
  let line = '';
  return (chunk) => {
    const text = `${line}${chunk}`;
    const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
    if (end >= 0) tell(text.slice(0, end).replaceAll('\r', '\n'));
    // what is shown of a line is its beginning
    line = text.slice(end + 1, end + 1 + 8 * longestLine);
  };
}
