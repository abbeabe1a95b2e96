// The figures as a table that people read and docs/performance.md takes over. Prints; measures nothing.
import { times } from './figure.ts';
import type { Figure } from './figure.ts';

/** What there is to print. */
export interface Report {
  readonly figures: readonly Figure[];
  /** What could not be measured. */
  readonly broken: readonly string[];
  /** Which figures are worse than what is stored of them, in words. */
  readonly worse: readonly string[];
  readonly about: string;
}

/** Prints the table, then the notes, then which bars were missed. */
export function printTable({ figures, broken, worse, about }: Report): void {
  const header = ['figure', 'measured', 'beside it', 'ratio', 'bar', ''];
  const rows = figures.map((figure) => [
    figure.what,
    figure.measured,
    figure.reference ?? '',
    figure.ratio === undefined ? '' : times(figure.ratio),
    figure.bar,
    figure.isMet === undefined ? '' : figure.isMet ? 'ok' : 'MISS',
  ]);
  const widths = header.map((title, column) =>
    Math.max(...[header, ...rows].map((row) => (row[column] ?? title).length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const lines = [
    line(header),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...rows.map(line),
    '',
    about,
    ...figures.flatMap(({ notes }) => (notes === undefined ? [] : ['', ...notes])),
    '',
    ...verdict(figures, broken.length === 0),
    ...worse.map((words) => `SLOWER: ${words}`),
    ...broken.map((problem) => `NOT MEASURED ${problem}`),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function verdict(figures: readonly Figure[], isWhole: boolean): readonly string[] {
  const missed = figures.filter(({ isMet }) => isMet === false);
  if (missed.length === 0) return isWhole ? ['Every bar is met.'] : [];
  return missed.map(
    ({ what, measured, ratio, bar }) => `MISSED: ${what}: ${ratio === undefined ? measured : times(ratio)}, bar ${bar}`,
  );
}
