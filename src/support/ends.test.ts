import { expect, test } from 'vitest';
import { withoutEnd, withoutEnds, withoutHtmlComments, withoutStart } from './index.ts';

test('characters go from the ends of a text and nowhere else', () => {
  expect(withoutEnd('a/b///', '/')).toBe('a/b');
  expect(withoutStart('--a-b', '-')).toBe('a-b');
  expect(withoutEnds('//', '/')).toBe('');
  expect(withoutEnds('. a. ', '. ')).toBe('a');
});

test.each([
  ['a comment', 'a<!-- hidden -->b', 'ab'],
  ['one that is never closed', 'a<!-- hidden', 'a'],
  ['one that another one hides', 'a<!-<!-- x -->- hidden -->b', 'ab'],
  ['a text without any', 'a < b - c --> d', 'a < b - c --> d'],
])('of a text with %s no comment is left', (_, text, left) => {
  expect(withoutHtmlComments(text)).toBe(left);
});
