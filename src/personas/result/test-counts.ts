// Reads how many tests ran from what a test runner printed. Best effort: undefined where no summary is known.
import type { Evidence } from '../../engine/index.ts';

type Counts = NonNullable<Evidence['tests']>;

/** The counts of every summary in the output, added up. */
export function readTestCounts(output: string): Counts | undefined {
  // oxlint-disable-next-line no-control-regex -- colours of terminals start with this character
  const plain = output.replaceAll(/\u001B\[[0-9;]*m/g, '');
  for (const read of [fromNodeTest, fromVitestOrJest, fromPytest, fromGoTest, fromCargo, fromMocha]) {
    const found = read(plain);
    if (found.length > 0) return found.reduce(add);
  }
  return undefined;
}

/** `# tests 3`, `ℹ pass 2` … of node --test, and the plan of any other TAP. */
function fromNodeTest(text: string): Counts[] {
  const summary = /^[#ℹ] tests (\d+)$[\s\S]*?^[#ℹ] pass (\d+)$[\s\S]*?^[#ℹ] fail (\d+)$/gm;
  const found = [...text.matchAll(summary)].map((match) => {
    const rest = text.slice(match.index, match.index + match[0].length + 200);
    const skipped = number(/^[#ℹ] skipped (\d+)$/m.exec(rest)?.[1]) + number(/^[#ℹ] todo (\d+)$/m.exec(rest)?.[1]);
    return counts(number(match[2]), number(match[3]) + number(/^[#ℹ] cancelled (\d+)$/m.exec(rest)?.[1]), skipped);
  });
  if (found.length > 0) return found;
  if (!/^1\.\.\d+/m.test(text)) return [];
  const lines = text.split('\n').filter((line) => /^(not )?ok\b/.test(line));
  const skipped = lines.filter((line) => /# *(skip|todo)/i.test(line)).length;
  const failed = lines.filter((line) => line.startsWith('not ok') && !/# *(skip|todo)/i.test(line)).length;
  return [counts(lines.length - skipped - failed, failed, skipped)];
}

/** `Tests  2 failed | 3 passed (5)` and `Tests: 1 failed, 2 passed, 3 total`. */
function fromVitestOrJest(text: string): Counts[] {
  return [...text.matchAll(/^\s*Tests:?\s+(.*(?:passed|failed|skipped|todo|no tests).*)$/gm)].map((match) =>
    fromWords(match[1] ?? ''),
  );
}

/** `=== 1 failed, 2 passed, 1 skipped in 0.12s ===` and `no tests ran`. */
function fromPytest(text: string): Counts[] {
  return [
    ...text.matchAll(
      /^=*\s*((?:\d+ (?:passed|failed|errors?|skipped|deselected|xfailed|xpassed|warnings?)(?:, )?)+|no tests ran) in [\d.]+s/gm,
    ),
  ].map((match) => fromWords(match[1] ?? ''));
}

/** Verbose go test prints each test; without -v only packages, which are no counts. */
function fromGoTest(text: string): Counts[] {
  const ended = [...text.matchAll(/^\s*--- (PASS|FAIL|SKIP): /gm)].map((match) => match[1]);
  if (ended.length === 0) return [];
  return [
    counts(
      ended.filter((word) => word === 'PASS').length,
      ended.filter((word) => word === 'FAIL').length,
      ended.filter((word) => word === 'SKIP').length,
    ),
  ];
}

/** `test result: ok. 3 passed; 0 failed; 1 ignored; …`, one a crate. */
function fromCargo(text: string): Counts[] {
  return [...text.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/gm)].map((match) =>
    counts(number(match[1]), number(match[2]), number(match[3])),
  );
}

/** `  3 passing (12ms)`, `  1 failing`, `  2 pending`. */
function fromMocha(text: string): Counts[] {
  const passing = /^\s*(\d+) passing \(/m.exec(text)?.[1];
  if (passing === undefined) return [];
  return [
    counts(
      number(passing),
      number(/^\s*(\d+) failing$/m.exec(text)?.[1]),
      number(/^\s*(\d+) pending$/m.exec(text)?.[1]),
    ),
  ];
}

function fromWords(words: string): Counts {
  const of = (name: string): number => number(new RegExp(`(\\d+) ${name}`).exec(words)?.[1]);
  return counts(
    of('passed') + of('xpassed'),
    of('failed') + of('errors?'),
    of('skipped') + of('todo') + of('xfailed') + of('pending'),
  );
}

function counts(passed: number, failed: number, skipped: number): Counts {
  return { run: passed + failed, passed, failed, skipped };
}

function add(a: Counts, b: Counts): Counts {
  return {
    run: a.run + b.run,
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  };
}

function number(text: string | undefined): number {
  return text === undefined ? 0 : Number(text);
}
