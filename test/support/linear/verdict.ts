// Whether a regular expression takes time in proportion to its text. `recheck` judges; what it takes for worse is tried with the text that it says is the worst.
import { createRequire } from 'node:module';
import type { checkSync } from 'recheck';
import type { Expression } from './expressions.ts';
import { growthOf } from './growth.ts';

/** `linear`, `linear when tried`, or how it grows: `polynomial 2`, `exponential`; `unknown` where recheck could not tell in its time. */
export type Verdict = string;

// its one file without types; it exports what the package does
const judge = createRequire(import.meta.url)('recheck/lib/browser.js') as { readonly checkSync: typeof checkSync };

/** Looking longer tells no more of what is in src. */
const patienceMs = 60_000;

/** Its own trial of the attack takes half a minute in JavaScript; ours takes a second. */
const untried = { recallTimeout: -1, timeout: patienceMs } as const;

/** Whether nothing has to be cut before. */
export function isLinear(verdict: Verdict): boolean {
  return verdict === 'linear' || verdict === 'linear when tried';
}

/** The verdict on one expression. */
export function verdictOf({ source, flags }: Pick<Expression, 'source' | 'flags'>): Verdict {
  const seen = judge.checkSync(source, flags, { ...untried, checker: 'automaton' });
  // automata know no look ahead or behind
  const judged = seen.status === 'unknown' ? judge.checkSync(source, flags, untried) : seen;
  if (judged.status === 'safe') return 'linear';
  if (judged.status === 'unknown') return 'unknown';
  const { attack, complexity } = judged;
  // the trial of one that doubles with each sign, or takes the cube of its text, would never end
  if (complexity.type !== 'polynomial') return complexity.type;
  if (complexity.degree > 2) return `polynomial ${complexity.degree}`;
  // it takes every look ahead and every start for one that may be anywhere
  const every = new RegExp(source, /[gy]/.test(flags) ? flags : `${flags}g`);
  if (growthOf((text) => () => [...text.matchAll(every)], textOf(attack)) === undefined) return 'linear when tried';
  return `polynomial ${complexity.degree}`;
}

interface Attack {
  readonly pumps: readonly { readonly prefix: string; readonly pump: string }[];
  readonly suffix: string;
}

function textOf({ pumps, suffix }: Attack): (kb: number) => string {
  return (kb) => {
    const parts = pumps.map(
      ({ prefix, pump }) => prefix + pump.repeat(Math.ceil((kb * 1024) / pumps.length / pump.length)),
    );
    return parts.join('') + suffix;
  };
}
