import { expect, test } from 'vitest';
import { withoutBeginning } from './said-before.ts';

test('what comes after a beginning is left, however it is spaced', () => {
  expect(withoutBeginning('All is well.', '  All\nis well. Nearly.')).toBe('Nearly.');
  expect(withoutBeginning('All is well.', 'All is well.')).toBe('');
  expect(withoutBeginning('All is', 'All isolated.')).toBe('All isolated.');
  expect(withoutBeginning('All is well. Nearly.', 'All is well.')).toBe('All is well.');
  expect(withoutBeginning(' ', 'All is well.')).toBe('All is well.');
});

test('a long text that was given twice is said once', () => {
  const long = ' {'.repeat(128 * 1024);
  expect(withoutBeginning(long, `${long} left`)).toBe('left');
});
