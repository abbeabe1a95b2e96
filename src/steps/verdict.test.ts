import { expect, test } from 'vitest';
import type { Evidence } from '../engine/index.ts';
import type { PersonaResult } from '../personas/index.ts';
import { judge } from './verdict.ts';
import type { Case } from './verdict.ts';

const pass: PersonaResult = {
  status: 'pass',
  summary: 'Done',
  outputs: {},
  usage: { source: 'none', complete: false },
};

function caseOf(change: Partial<Case> = {}): Case {
  return { stepName: 'QA', result: pass, expect: [], changed: false, evidence: [], ...change };
}

function ran(
  exitCode: number,
  tests?: [passed: number, failed: number, skipped: number],
  by: Evidence['by'] = 'troupe',
): Evidence {
  const counts =
    tests === undefined
      ? {}
      : { tests: { run: tests[0] + tests[1], passed: tests[0], failed: tests[1], skipped: tests[2] } };
  return { by, command: ['npm', 'test'], exitCode, ...counts };
}

test.each<[what: string, change: Partial<Case>, verdict: string, reason: string | undefined]>([
  ['a pass without further demands', {}, 'pass', undefined],
  ['a refusal', { result: { ...pass, status: 'fail' } }, 'fail', undefined],
  [
    'a word nobody knows',
    { result: { ...pass, status: 'unknown' } },
    'unknown',
    'The persona said neither pass nor fail',
  ],
  [
    'a question',
    { result: { ...pass, next: { action: 'ask', questions: ['Which one?'] } } },
    'unknown',
    'The persona asks: Which one?',
  ],
  ['tests that Troupe saw pass', { expect: ['tests'], evidence: [ran(0, [3, 0, 0])] }, 'pass', undefined],
  ['tests that pass without a known summary', { expect: ['tests'], evidence: [ran(0)] }, 'pass', undefined],
  [
    'tests that only the persona ran',
    { expect: ['tests'], evidence: [ran(0, [3, 0, 0], 'persona')] },
    'unknown',
    'Nobody but the persona has run the tests',
  ],
  [
    'red tests although the persona said pass',
    { expect: ['tests'], evidence: [ran(1, [2, 1, 0])] },
    'fail',
    'Troupe ran `npm test`: it exited with 1, although the persona said pass',
  ],
  ['a red check that nobody expected', { evidence: [ran(2)] }, 'fail', 'it exited with 2'],
  ['no test at all', { expect: ['tests'], evidence: [ran(0, [0, 0, 0])] }, 'fail', 'no test ran'],
  ['nothing but skipped tests', { expect: ['tests'], evidence: [ran(0, [0, 0, 4])] }, 'fail', 'no test ran'],
  [
    'a lint without tests beside real tests',
    { expect: ['tests'], evidence: [ran(0), ran(0, [1, 0, 0])] },
    'pass',
    undefined,
  ],
  [
    'failed tests with exit code 0',
    { expect: ['tests'], evidence: [ran(0, [1, 1, 0])] },
    'fail',
    '1 test failed, although it exited with 0',
  ],
  ['changes as expected', { expect: ['changes'], changed: true }, 'pass', undefined],
  ['a refusal without changes', { expect: ['changes'], result: { ...pass, status: 'fail' } }, 'fail', undefined],
])('%s', (_what, change, ...[verdict, reason]) => {
  const judgement = judge(caseOf(change));
  expect(judgement).toMatchObject({ kind: 'judged', verdict });
  if (reason === undefined) expect(judgement).not.toHaveProperty('reason');
  else expect(judgement).toMatchObject({ reason: expect.stringContaining(reason) });
});

test('a step that should change files and did not has failed, unless that was right and said', () => {
  expect(judge(caseOf({ expect: ['changes'] }))).toMatchObject({
    kind: 'failed',
    error: { code: 'step/no-changes', message: '"QA" should change files and changed none' },
  });
  expect(judge(caseOf({ expect: ['changes'], result: { ...pass, noop: 'Fixed in 1a2b' } }))).toMatchObject({
    kind: 'judged',
    verdict: 'pass',
    noop: 'Fixed in 1a2b',
  });
});

test('a declared no-op with changes does not count', () => {
  const judgement = judge(caseOf({ expect: ['changes'], changed: true, result: { ...pass, noop: 'Nothing to do' } }));
  expect(judgement).toEqual({
    kind: 'judged',
    verdict: 'pass',
    warning: 'The persona declared that nothing had to change, but it changed files: the declaration does not count',
  });
});

test('expected outputs and comments must be there', () => {
  expect(judge(caseOf({ expect: ['outputs'] }))).toMatchObject({ kind: 'failed', error: { code: 'step/no-outputs' } });
  expect(judge(caseOf({ expect: ['outputs'], result: { ...pass, outputs: { plan: [] } } }))).toMatchObject({
    kind: 'judged',
  });
  expect(judge(caseOf({ expect: ['comment'], result: { ...pass, summary: ' ' } }))).toMatchObject({
    kind: 'failed',
    error: { code: 'step/no-comment' },
  });
});
