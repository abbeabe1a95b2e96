// What files and people say inside our sentences: no tag, link, image, reference or mention of theirs, and readable where it is code.
import { expect, test } from 'vitest';
import { cell, harmless } from './harmless.ts';

test.each([
  ['skills are `.claude/skills/<name>/SKILL.md`', 'skills are `.claude/skills/<\u200Bname>/SKILL.md`'],
  ['say <b>no</b>', 'say no'],
  ['ask @all', 'ask @\u200Ball'],
  ['two\nlines', 'two lines'],
  ['fixes #4, see acme/shop#3', 'fix\u200Bes #\u200B4, see acme/shop#\u200B3'],
  ['![x](https://evil.test/y.png)', 'x'],
  ['[press](https://evil.test/now) https://evil.test/x', 'press (evil.test) evil.test'],
  ['see https://github.com/acme/shop/issues/3', 'see github.com/acme/shop/issues/3'],
  ['<!-- troupe:run=1 -->left', 'left'],
  ['write `/troupe run x key=value`', 'write `/troupe run x key=value`'],
  ['one `tick', "one 'tick"],
  ['a | b', 'a | b'],
])('%j is said as %j', (text, said) => {
  expect(harmless(text)).toBe(said);
});

test('a cell has no bars of its own', () => {
  expect(cell('a | `b`')).toBe(String.raw`a \| ` + '`b`');
});
