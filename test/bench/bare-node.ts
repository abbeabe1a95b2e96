// What every start of ours is measured beside: a Node that does nothing, on the same machine in the same minute.
import { spawn } from 'node:child_process';
import { ownNode } from '../support/cli.ts';
import { median, ms, times } from './figure.ts';
import type { Figure } from './figure.ts';

/** Milliseconds from its start to its end. */
export function bareNode(): Promise<number> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    spawn(ownNode, ['-e', '0'])
      .once('error', reject)
      .once('close', () => resolve(performance.now() - start));
  });
}

/** The line of a start. There is no bar for it. */
export function startFigure(what: string, ours: readonly number[], theirs: readonly number[]): Figure {
  return {
    what,
    measured: ms(median(ours)),
    reference: `${ms(median(theirs))} node -e 0`,
    ratio: times(median(ours) / median(theirs)),
    bar: 'none',
  };
}
