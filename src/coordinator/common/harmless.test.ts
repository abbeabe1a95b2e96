// What files and people say inside our sentences: no tag of theirs, nobody mentioned, and readable where it is code.
import { expect, test } from 'vitest';
import { cell, harmless } from './harmless.ts';

test.each([
  ['skills are `.claude/skills/<name>/SKILL.md`', 'skills are `.claude/skills/<\u200Bname>/SKILL.md`'],
  ['say <b>no</b>', 'say &lt;b>no&lt;/b>'],
  ['`a` <i> `<i>` `<i>', '`a` &lt;i> `<\u200Bi>` `&lt;i>'],
  ['<!-- `<!--` -->', '&lt;!-- `<\u200B!--` -->'],
  ['ask @all', 'ask @\u200Ball'],
  ['two\nlines', 'two lines'],
])('%j is said as %j', (text, said) => {
  expect(harmless(text)).toBe(said);
});

test('a cell has no bars of its own', () => {
  expect(cell('a | `<b>`')).toBe(String.raw`a \| ` + '`<\u200Bb>`');
});
