// Patterns of rules: what fits, what does not, and what is not tried.
import { expect, test } from 'vitest';
import { fitsPattern, isNamedBy } from './rule-patterns.ts';

test.each<[operator: string, pattern: string, text: string, fits: boolean]>([
  ['starts_with', 'troupe/', 'troupe/7-fix', true],
  ['starts_with', 'fix/', 'troupe/7-fix', false],
  ['ends_with', '@example.com', 'a@example.com', true],
  ['contains', 'JIRA', 'Start work', false],
  ['regex', '^(feat|fix)(\\([a-z]+\\))?: .+$', 'fix(cart): total', true],
  ['regex', '^(feat|fix)(\\([a-z]+\\))?: .+$', 'Start work on #7', false],
  ['regex', '(?i)^start', 'Start work on #7', true],
])('%s %s: %s', (operator, pattern, text, fits) => {
  expect(fitsPattern({ operator, pattern }, [text])).toBe(fits);
  expect(fitsPattern({ operator, pattern, negate: true }, [text])).toBe(!fits);
});

test.each(['(a+)+$', '(a|a)*b', '.*.*.*.*.*x', '(', '(?<name>a)(?P=name)', 'a'.repeat(400)])(
  'what could take long, or is no pattern of ours, stands in nobody’s way: %s',
  (pattern) => {
    expect(fitsPattern({ operator: 'regex', pattern }, [`${'a'.repeat(250)}!`])).toBe(true);
  },
);

test.each([
  ['troupe/7-fix', 'troupe/*', true],
  ['troupe/7/fix', 'troupe/*', false],
  ['troupe/7/fix', 'troupe/**/*', true],
  ['troupe/7/fix', '**/*', true],
  ['main', 'm[a]in', false],
  ['release-1', 'release-?', true],
])('%s under the protection of %s: %s', (branch, pattern, is) => {
  expect(isNamedBy(branch, pattern)).toBe(is);
});
