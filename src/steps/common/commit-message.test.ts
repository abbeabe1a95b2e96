import { expect, test } from 'vitest';
import { harmless } from './commit-message.ts';

const gap = '\u200B';

test.each([
  ['Fix the sum', 'Fix the sum'],
  ['Fixes #7 at last', 'Fixes #7 at last'],
  ['Closes #9', `Closes #${gap}9`],
  ['fixed: other/repo#7', `fixed: other/repo#${gap}7`],
  ['Resolves https://github.com/a/b/issues/3', `Resolves https://github.com/a/b/issues/${gap}3`],
  ['Thanks @everyone', `Thanks @${gap}everyone`],
  ['Done [skip ci]', 'Done (skip ci)'],
  ['Done [CI\u00A0Skip] [no ci]\n\n***NO_CI***', `Done (CI\u00A0Skip) (no ci)\n\n**${gap}*NO_CI***`],
  ['Done\n\n\nSkip-Checks:true', 'Done'],
  ['Done [skip\u0000 ci] [skip\nci]', 'Done (skip ci) (skip\nci)'],
  ['Subject\n\nTroupe-Run: rother\nCo-authored-by: X <x@x>\nskip-checks: true\nBody', 'Subject\n\nBody'],
  ['a\u0000b\r\nc', 'ab\nc'],
  ['x'.repeat(300), 'x'.repeat(100)],
])('%j becomes %j', (written, safe) => {
  expect(harmless(written, 7)).toBe(safe);
});
