import { expect, test } from 'vitest';
import { milestoneFacts } from './milestone.ts';

test.each([
  [{ open_issues: 0, closed_issues: 0 }, 0],
  [{ open_issues: 1, closed_issues: 0 }, 0],
  [{ open_issues: 1, closed_issues: 2 }, 66],
  [{ open_issues: 1, closed_issues: 999 }, 99],
  [{ open_issues: 0, closed_issues: 5 }, 100],
])('%j is %s percent done', (milestone, completion) => {
  expect(milestoneFacts(milestone)).toEqual({ ...milestone, completion });
});

test.each([
  [undefined],
  [null],
  ['v2'],
  [{}],
  [{ open_issues: '1', closed_issues: 1 }],
  [{ open_issues: -1, closed_issues: 1 }],
  [{ open_issues: 1.5, closed_issues: NaN }],
])('%j has no counts', (milestone) => {
  expect(milestoneFacts(milestone)).toBeUndefined();
});
