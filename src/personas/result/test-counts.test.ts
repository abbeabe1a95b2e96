import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTestCounts } from './test-counts.ts';

test.each<[runner: string, output: string, counts: readonly [number, number, number] | undefined]>([
  ['node --test', 'ℹ tests 4\nℹ suites 0\nℹ pass 2\nℹ fail 1\nℹ cancelled 0\nℹ skipped 1\nℹ todo 0\n', [2, 1, 1]],
  [
    'node --test as TAP',
    '# tests 3\n# suites 0\n# pass 3\n# fail 0\n# cancelled 0\n# skipped 0\n# todo 0\n',
    [3, 0, 0],
  ],
  ['two packages', '# tests 3\n# pass 3\n# fail 0\n# tests 2\n# pass 1\n# fail 1\n', [4, 1, 0]],
  ['nothing to run', 'ℹ tests 0\nℹ suites 0\nℹ pass 0\nℹ fail 0\n', [0, 0, 0]],
  ['other TAP', 'TAP version 13\n1..3\nok 1 - a\nnot ok 2 - b\nok 3 - c # SKIP later\n', [1, 1, 1]],
  [
    'vitest',
    ' Test Files  1 failed | 1 passed (2)\n      Tests  \u001B[31m2 failed\u001B[39m | \u001B[32m3 passed\u001B[39m (5)\n',
    [3, 2, 0],
  ],
  ['jest', 'Tests:       1 failed, 2 skipped, 3 passed, 6 total\n', [3, 1, 2]],
  ['pytest', '=== 1 failed, 2 passed, 1 skipped in 0.12s ===\n', [2, 1, 1]],
  ['pytest without tests', '=== no tests ran in 0.01s ===\n', [0, 0, 0]],
  ['cargo', 'test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\n', [3, 0, 1]],
  ['go', '=== RUN TestA\n--- PASS: TestA (0.00s)\n--- FAIL: TestB (0.00s)\n', [1, 1, 0]],
  ['mocha', '  3 passing (12ms)\n  1 pending\n  2 failing\n', [3, 2, 1]],
  ['no summary that is known', 'BUILD SUCCESSFUL in 2s\n', undefined],
])('%s', (_runner, output, counts) => {
  const expected =
    counts === undefined
      ? undefined
      : { run: counts[0] + counts[1], passed: counts[0], failed: counts[1], skipped: counts[2] };
  expect(readTestCounts(output)).toEqual(expected);
});

test('what node --test really prints today is understood', () => {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-counts-'));
  writeFileSync(
    join(dir, 'a.test.mjs'),
    "import { test } from 'node:test';\ntest('a', () => {});\ntest('b', { skip: true }, () => {});\n",
  );
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const output = execFileSync(process.execPath, ['--test'], { cwd: dir, encoding: 'utf8', env });
  rmSync(dir, { recursive: true });
  expect(readTestCounts(output)).toEqual({ run: 1, passed: 1, failed: 0, skipped: 1 });
});
