// Turns a stream of output into now and then one line of progress. Never passes on more than one line a second.
import { oneLine } from '../../support/index.ts';
import type { ProviderContext } from '../model/types.ts';

const intervalMs = 1_000;

/** A listener for chunks of output. */
export function progressLines(context: ProviderContext): (chunk: string) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (chunk) => {
    const now = context.clock.now();
    if (now - last < intervalMs) return;
    const line = chunk.split('\n').findLast((one) => one.trim() !== '');
    if (line === undefined) return;
    last = now;
    context.progress(context.redactor.text(oneLine(line, 200)));
  };
}
