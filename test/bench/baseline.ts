// The ratios of an earlier bench, beside which this one is held. Reads and writes baseline.json; measures nothing.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { times } from './figure.ts';
import type { Figure } from './figure.ts';

const file = join(import.meta.dirname, 'baseline.json');
/** How much worse a ratio may be: two runs on one machine differ by a fifth. */
const tolerance = 1.3;

type Baseline = Readonly<Record<string, number>>;

/** A sentence for each figure whose ratio is worse than the stored one by more than the tolerance. */
export function worseThanBaseline(figures: readonly Figure[], baseline: Baseline = readBaseline()): string[] {
  return figures.flatMap(({ what, ratio, better }) => {
    const before = baseline[what];
    if (ratio === undefined || before === undefined) return [];
    const isWorse = better === 'higher' ? ratio * tolerance < before : ratio > before * tolerance;
    return isWorse ? [`${what}: ${times(ratio)}, was ${times(before)}`] : [];
  });
}

/** Stores the ratios of these figures beside those of the others. */
export function storeBaseline(figures: readonly Figure[]): void {
  const measured = figures.flatMap(({ what, ratio }) => (ratio === undefined ? [] : [[what, round(ratio)] as const]));
  const all = { ...readBaseline(), ...Object.fromEntries(measured) };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
}

function readBaseline(): Baseline {
  // written by `storeBaseline` above
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Baseline) : {};
}

function round(ratio: number): number {
  return Number(ratio.toPrecision(3));
}
