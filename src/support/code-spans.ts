// Where the code spans of a paragraph stand: from a run of backticks to the next one as long. Goes through the text once.

/** A span with its marks. */
export interface CodeSpan {
  readonly from: number;
  readonly to: number;
}

/** The spans in order. None reaches over a blank line. */
export function codeSpans(text: string): readonly CodeSpan[] {
  const runs = Array.from(text.matchAll(/`+|\n\n/g), ({ 0: marks, index }) => ({ marks, index }));
  const partners = nextAlike(runs.map(({ marks }) => marks));
  const spans: CodeSpan[] = [];
  for (let at = 0; at < runs.length; at += 1) {
    const partner = partners[at];
    if (partner === undefined) continue;
    const last = runs[partner];
    spans.push({ from: runs[at]?.index ?? 0, to: (last?.index ?? 0) + (last?.marks.length ?? 0) });
    at = partner;
  }
  return spans;
}

/** For each run of backticks the next one that is as long; a line end between them keeps them apart. */
export function nextAlike(runs: readonly string[]): readonly (number | undefined)[] {
  const next = new Map<number, number>();
  const found: (number | undefined)[] = [];
  for (let at = runs.length - 1; at >= 0; at -= 1) {
    const marks = runs[at] ?? '';
    if (marks.startsWith('\n')) next.clear();
    else {
      found[at] = next.get(marks.length);
      next.set(marks.length, at);
    }
  }
  return found;
}
