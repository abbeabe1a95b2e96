// Measures whether a piece of work takes time in proportion to its text: four times the text may take six times the time.

/** Texts of so many KB are tried, one after the other. */
export const sizesInKb = [16, 64, 256] as const;

const largestKb = Math.max(...sizesInKb);

const mostGrowth = 6;

/** What goes on growing does so at the next size, too: the square of a text takes sixteen times the time, a collector that has more to do less than this. */
const nextGrowth = 8;

/** Nothing but the text itself makes so much of it, of a work that takes so long. */
const [plainGrowth, plainMs] = [10, 200] as const;

/** What takes less is not judged: the clock of a thread goes in steps of some milliseconds, new memory is dear on some machines, and nobody waits for it. */
const floorMs = 100;

/** Longer takes no text of 16 KB that is read in proportion. */
const hopelessMs = 2_000;

const rounds = 4;

/** What a work takes at a size, against what it takes at a quarter of it. */
export interface Growth {
  readonly kb: number;
  readonly ms: number;
  readonly quarterMs: number;
}

/** Takes a text, and gives what is to be done with it: only that is measured. What it throws is an answer, too. */
export type Work = (text: string) => () => unknown;

/** Where the work grows faster than its text, or undefined. `textOf` makes a text of so many KB. */
export function growthOf(work: Work, textOf: (kb: number) => string): Growth | undefined {
  let quarter: { readonly text: string; readonly ms: number } | undefined;
  for (const kb of sizesInKb) {
    const text = flat(textOf(kb));
    const { passedMs: ms, usedMs } = timesOf(work, text);
    if (quarter === undefined && usedMs > hopelessMs) return { kb, ms: usedMs, quarterMs: 0 };
    if (quarter !== undefined && isTooMuch(ms, quarter.ms)) {
      const growth = confirmedGrowth(work, { quarter: quarter.text, text, kb, larger: () => flat(textOf(kb * 4)) });
      if (growth !== undefined) return growth;
    }
    // even the square of this stays below what is judged
    if (ms * (largestKb / kb) ** 2 < floorMs) return undefined;
    quarter = { text, ms };
  }
  return undefined;
}

interface Suspicion {
  readonly kb: number;
  readonly text: string;
  readonly quarter: string;
  readonly larger: () => string;
}

/**
 * It grows too much each time that it is tried, and goes on so: a busy machine, the collector and the compiler spoil some of the
 * times, and memory that no longer fits into a cache makes one step dear.
 */
function confirmedGrowth(work: Work, { kb, text, quarter, larger }: Suspicion): Growth | undefined {
  let quarterMs = 0;
  let ms = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    quarterMs = Math.max(quarterMs, timesOf(work, quarter, 4).usedMs);
    ms = Math.min(ms, timesOf(work, text).usedMs);
    if (!isTooMuch(ms, quarterMs)) return undefined;
    if (ms > hopelessMs) return { kb, ms, quarterMs };
  }
  // the next size of this would take a minute
  if (ms > plainMs && ms > plainGrowth * quarterMs) return { kb, ms, quarterMs };
  const next = larger();
  for (let round = 0; round < 2; round += 1) if (timesOf(work, next).usedMs <= nextGrowth * ms) return undefined;
  return { kb, ms, quarterMs };
}

/** A repeated text is a tree of pieces until somebody looks into it. */
function flat(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

function isTooMuch(ms: number, quarterMs: number): boolean {
  return ms > floorMs && ms > mostGrowth * quarterMs;
}

interface Times {
  /** Milliseconds that passed: exact, and longer on a busy machine. */
  readonly passedMs: number;
  /** Milliseconds of this thread's processor: rough, but neither other programs nor the collector's threads count. */
  readonly usedMs: number;
}

/** The times of one of as many works. */
function timesOf(work: Work, text: string, many = 1): Times {
  const todo = Array.from({ length: many }, () => prepared(work, text));
  // what others have left behind is not its work
  globalThis.gc?.({ type: 'minor' });
  const before = process.threadCpuUsage();
  const start = performance.now();
  for (const one of todo) attempt(one);
  const passedMs = (performance.now() - start) / many;
  const { user, system } = process.threadCpuUsage(before);
  return { passedMs, usedMs: (user + system) / 1_000 / many };
}

function prepared(work: Work, text: string): () => unknown {
  try {
    return work(text);
  } catch {
    return () => undefined;
  }
}

function attempt(todo: () => unknown): void {
  try {
    todo();
  } catch {
    // a refusal
  }
}
