// Reads how many tests ran from what a test runner printed, line by line. Best effort: undefined where no summary is known.
import type { Evidence } from '../../engine/index.ts';
import { withoutStart } from '../../support/index.ts';

type Counts = NonNullable<Evidence['tests']>;
/** The lines of the output; `trimmed` without the blanks around them. */
interface Output {
  readonly lines: readonly string[];
  readonly trimmed: readonly string[];
}

/** The counts of every summary in the output, added up. */
export function readTestCounts(output: string): Counts | undefined {
  // oxlint-disable-next-line no-control-regex -- colours of terminals start with this character
  const plain = output.replaceAll(/\u001B\[[0-9;]*m/g, '');
  const lines = plain
    .split('\n')
    .filter(saysSomething)
    .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  const told: Output = { lines, trimmed: lines.map((line) => line.trim()) };
  for (const read of [fromNodeTest, fromVitestOrJest, fromPytest, fromGoTest, fromCargo, fromMocha]) {
    const found = read(told);
    if (found.length > 0) return found.reduce(add);
  }
  return undefined;
}

/** What no summary has a line without: most of a long log is not looked at again for each runner. */
function saysSomething(line: string): boolean {
  return line.length > 1 && /\d|ok|---|tests/i.test(line);
}

/** `# tests 3`, `ℹ pass 2` … of node --test, and the plan of any other TAP. */
function fromNodeTest({ lines }: Output): Counts[] {
  const found = nodeSummaries(lines)
    .filter((told) => told.has('pass') && told.has('fail'))
    .map((told) => {
      const of = (word: string): number => told.get(word) ?? 0;
      return counts(of('pass'), of('fail') + of('cancelled'), of('skipped') + of('todo'));
    });
  if (found.length > 0) return found;
  if (!lines.some((line) => /^1\.\.\d/.test(line))) return [];
  const tests = lines.filter((line) => /^(not )?ok\b/.test(line));
  const skipped = tests.filter(isLeftOut).length;
  const failed = tests.filter((line) => line.startsWith('not ok') && !isLeftOut(line)).length;
  return [counts(tests.length - skipped - failed, failed, skipped)];
}

/** What each summary tells by its words: it begins with the tests, and the first number of a word counts. */
function nodeSummaries(lines: readonly string[]): readonly ReadonlyMap<string, number>[] {
  const summaries: Map<string, number>[] = [];
  for (const line of lines) {
    const [, word, digits] = /^[#ℹ] (tests|pass|fail|cancelled|skipped|todo) (\d{1,9})$/.exec(line) ?? [];
    if (word === undefined) continue;
    const told = summaries.at(-1);
    if (word === 'tests' && (told === undefined || told.has('fail'))) summaries.push(new Map());
    else if (told !== undefined && !told.has(word) && (word !== 'fail' || told.has('pass')))
      told.set(word, number(digits));
  }
  return summaries;
}

/** A test of TAP that was skipped or is yet to be written. */
function isLeftOut(line: string): boolean {
  return /# {0,9}(skip|todo)/i.test(line);
}

/** `Tests  2 failed | 3 passed (5)` and `Tests: 1 failed, 2 passed, 3 total`. */
function fromVitestOrJest({ trimmed }: Output): Counts[] {
  return trimmed
    .filter((line) => /^Tests:?\s/.test(line) && /passed|failed|skipped|todo|no tests/.test(line))
    .map(fromWords);
}

/** `=== 1 failed, 2 passed, 1 skipped in 0.12s ===` and `no tests ran`. */
function fromPytest({ trimmed }: Output): Counts[] {
  const summary =
    /^(?:(?:\d{1,9} (?:passed|failed|errors?|skipped|deselected|xfailed|xpassed|warnings?)(?:, )?){1,12}|no tests ran) in [\d.]{1,20}s/;
  return trimmed.flatMap((line) => summary.exec(withoutStart(line, '= ')) ?? []).map(fromWords);
}

/** Verbose go test prints each test; without -v only packages, which are no counts. */
function fromGoTest({ trimmed }: Output): Counts[] {
  const ended = trimmed.flatMap((line) => /^--- (?:PASS|FAIL|SKIP): /.exec(line)?.[0].slice(4, 8) ?? []);
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
function fromCargo({ lines }: Output): Counts[] {
  const summary = /^test result: \w{1,20}\. (\d{1,9}) passed; (\d{1,9}) failed; (\d{1,9}) ignored/;
  return lines.flatMap((line) => {
    const [, passed, failed, ignored] = summary.exec(line) ?? [];
    return passed === undefined ? [] : [counts(number(passed), number(failed), number(ignored))];
  });
}

/** `  3 passing (12ms)`, `  1 failing`, `  2 pending`. */
function fromMocha({ trimmed }: Output): Counts[] {
  const first = (form: RegExp): string | undefined =>
    trimmed.map((line) => form.exec(line)?.[1]).find((digits) => digits !== undefined);
  const passing = first(/^(\d{1,9}) passing \(/);
  if (passing === undefined) return [];
  return [counts(number(passing), number(first(/^(\d{1,9}) failing$/)), number(first(/^(\d{1,9}) pending$/)))];
}

function fromWords(line: string): Counts {
  const told = new Map<string, number>();
  for (const [, digits, word = ''] of line.matchAll(/\b(\d{1,9}) ([a-z]{1,20})/g))
    if (!told.has(word)) told.set(word, number(digits));
  const of = (word: string): number => told.get(word) ?? 0;
  return counts(
    of('passed') + of('xpassed'),
    of('failed') + of('errors') + of('error'),
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
