import { expect, test } from 'vitest';
import { isRunId, isSha, randomRunId, randomToken, runIdOf } from './ids.ts';

test('the same start always gives the same run', () => {
  expect(runIdOf('label', 7, 'troupe:feature')).toBe(runIdOf('label', '7', 'troupe:feature'));
});

test('parts are not glued together', () => {
  const ids = [runIdOf('a', 'bc'), runIdOf('ab', 'c'), runIdOf('abc'), runIdOf('a', 'b', 'c'), runIdOf('a', 'bc', '')];
  expect(new Set(ids).size).toBe(ids.length);
});

test('run ids have the form that commands and addresses accept', () => {
  expect(isRunId(runIdOf('x'))).toBe(true);
  const made = Array.from({ length: 200 }, randomRunId);
  expect(made.every(isRunId)).toBe(true);
  expect(new Set(made).size).toBe(200);
  for (const text of ['', 'r', 'R234567abcdefghi', 'rabcdefghijklmn1', `${runIdOf('x')}\n`, `x${runIdOf('x')}`])
    expect(isRunId(text)).toBe(false);
});

test('a commit id is forty lower-case hex digits', () => {
  expect(isSha('0123456789abcdef0123456789abcdef01234567')).toBe(true);
  for (const text of ['0123456', 'A123456789abcdef0123456789abcdef01234567', '--upload-pack=x', 'g'.repeat(40)])
    expect(isSha(text)).toBe(false);
});

test('tokens are made of characters that need no escaping', () => {
  expect(randomToken()).toMatch(/^[\w-]{32}$/);
  expect(randomToken()).not.toBe(randomToken());
});
