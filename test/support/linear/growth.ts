// Measures whether a piece of work takes time in proportion to its text: four times the text may take six times the time.

/** Texts of so many KB are tried, one after the other. */
export const sizesInKb = [16, 64, 256] as const;

const largestKb = Math.max(...sizesInKb);

const mostGrowth = 6;

/** What takes less is not judged: noise is larger than that. */
const floorMs = 20;

/** Longer takes no text of 16 KB that is read in proportion. */
const hopelessMs = 2_000;

/** What a work takes at a size, against what it takes at a quarter of it. */
export interface Growth {
  readonly kb: number;
  readonly ms: number;
  readonly quarterMs: number;
}

/** Where the work grows faster than its text, or undefined. `textOf` makes a text of so many KB; what `work` throws is an answer, too. */
export function growthOf(work: (text: string) => unknown, textOf: (kb: number) => string): Growth | undefined {
  let quarter: { readonly text: string; readonly ms: number } | undefined;
  for (const kb of sizesInKb) {
    const text = flat(textOf(kb));
    const ms = timeOf(work, text);
    const growth = { kb, ms, quarterMs: quarter?.ms ?? 0 };
    if (quarter === undefined && ms > hopelessMs) return growth;
    if (quarter !== undefined && isTooMuch(ms, quarter.ms)) {
      const again = fastest(work, quarter.text);
      const confirmed = {
        kb,
        ms: ms > hopelessMs ? ms : Math.min(ms, fastest(work, text)),
        quarterMs: Math.max(again, quarter.ms),
      };
      if (isTooMuch(confirmed.ms, confirmed.quarterMs)) return confirmed;
    }
    // even the square of this stays below what is judged
    if (ms * (largestKb / kb) ** 2 < floorMs) return undefined;
    quarter = { text, ms };
  }
  return undefined;
}

/** A repeated text is a tree of pieces until somebody looks into it. */
function flat(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

function isTooMuch(ms: number, quarterMs: number): boolean {
  return ms > floorMs && ms > mostGrowth * quarterMs;
}

function fastest(work: (text: string) => unknown, text: string): number {
  return Math.min(timeOf(work, text), timeOf(work, text), timeOf(work, text));
}

/** Milliseconds of this thread's processor: neither other programs nor the collector's threads count. */
function timeOf(work: (text: string) => unknown, text: string): number {
  const before = process.threadCpuUsage();
  try {
    work(text);
  } catch {
    // a refusal
  }
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
