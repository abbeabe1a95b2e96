// Findings as lines that editors and people can follow: file, line, column, what, what to do.
import type { Finding } from '../../definition/index.ts';

/** One or two lines per finding, errors first. */
export function findingLines(findings: readonly Finding[]): string[] {
  const order = [...findings].toSorted(
    (a, b) => rank(a) - rank(b) || a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column,
  );
  return order.flatMap((finding) => [
    `${finding.file}:${finding.line}:${finding.column} ${finding.severity}: ${finding.message} [${finding.code}]`,
    ...(finding.hint === undefined ? [] : [`    → ${finding.hint}`]),
  ]);
}

function rank(finding: Finding): number {
  return finding.severity === 'error' ? 0 : 1;
}
