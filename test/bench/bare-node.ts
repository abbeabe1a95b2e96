// What every start of ours is measured beside: a Node that does nothing, on the same machine in the same minute.
import { spawn } from 'node:child_process';
import { ownNode } from '../support/cli.ts';
import { median, ms } from './figure.ts';
import type { Figure } from './figure.ts';

/** A start of ours and a bare Node right after it, in milliseconds. */
export interface StartPair {
  readonly ours: number;
  readonly theirs: number;
}

/** Milliseconds from its start to its end. */
export function bareNode(argv: readonly string[] = ['-e', '0']): Promise<number> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    spawn(ownNode, argv, { stdio: 'ignore' })
      .once('error', reject)
      .once('close', () => resolve(performance.now() - start));
  });
}

/** The line of a start: at most `bar` times a bare Node, where there is a bar. Pairs: what else the machine does meets both sides. */
export function startFigure(what: string, pairs: readonly StartPair[], bar?: number): Figure {
  const ratio = median(pairs.map(({ ours, theirs }) => ours / theirs));
  return {
    what,
    measured: ms(median(pairs.map(({ ours }) => ours))),
    reference: `${ms(median(pairs.map(({ theirs }) => theirs)))} node -e 0`,
    ratio,
    ...(bar === undefined ? { bar: 'none' } : { bar: `≤ ${bar}×`, isMet: ratio <= bar }),
  };
}
