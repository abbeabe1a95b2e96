// The list of verdicts on the expressions of src, kept because judging all of them takes minutes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from './verdict.ts';

const file = join(import.meta.dirname, '../../fixtures/expressions/verdicts.json');

/** Expression → verdict. */
export function readVerdicts(): ReadonlyMap<string, Verdict> {
  // written below
  return new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, Verdict>>));
}

/** Keeps the verdicts, in the order of the expressions. */
export function keepVerdicts(verdicts: ReadonlyMap<string, Verdict>): void {
  const rows = [...verdicts].toSorted(([one], [other]) => (one < other ? -1 : 1));
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(rows), null, 2)}\n`);
}
