// Collects findings of one file and puts them at their lines.
import { defined } from '../../support/index.ts';
import type { Finding, Layer } from '../model/types.ts';
import type { SourceDocument } from '../../yaml/index.ts';

/** Something found at a path of the document. */
export interface Found {
  readonly code: string;
  readonly path: string;
  /** Missing: at the value. */
  readonly on?: 'key';
  /** Offset in the text at the path; wins over `on`. */
  readonly offset?: number;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Missing: an error. */
  readonly severity?: 'warning' | undefined;
}

/** Where findings go. */
export type Report = (found: Found) => void;

/** A report for a file, and the findings it got: in file order, one per place and code. */
export function createReport(
  file: string,
  document: SourceDocument,
): { report: Report; findings(): readonly Finding[] } {
  const findings: Finding[] = document.problems.map((problem) => ({ severity: 'error', file, ...problem }));
  function report(found: Found): void {
    const place =
      found.offset === undefined
        ? document.positionOf(found.path, found.on ?? 'value')
        : document.positionIn(found.path, found.offset);
    findings.push({
      severity: found.severity ?? 'error',
      code: found.code,
      file,
      path: found.path,
      line: place.line,
      column: place.column,
      message: found.message,
      ...defined({ hint: found.hint }),
    });
  }
  return { report, findings: () => sorted(findings) };
}

const layers: readonly Layer[] = [
  'syntax',
  'schema',
  'structure',
  'references',
  'security',
  'capability',
  'resources',
  'style',
];

function sorted(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings
    .filter((finding) => {
      const key = `${finding.code} ${finding.line} ${finding.column} ${finding.message}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .toSorted((a, b) => a.line - b.line || a.column - b.column || layerOf(a) - layerOf(b));
}

function layerOf(finding: Finding): number {
  return layers.findIndex((layer) => finding.code.startsWith(`${layer}/`));
}
