// What globs match, how long it takes, and how large they may be.
import { expect, test } from 'vitest';
import { isOnTheWay, isTooLong, matchesGlob, matchesPath } from './globs.ts';
import { defaultPathPolicy } from './path-policy.ts';

test.for([
  ['*.md', ['README.md', 'docs/a.md', 'docs/.md', 'x.MD/inner'], ['README.mdx', 'md']],
  ['docs', ['docs', 'docs/a/b', 'sub/docs/a'], ['docs2', 'mydocs']],
  ['docs/**', ['docs', 'docs/a/b'], ['sub/docs/a']],
  ['/docs', ['docs/a'], ['sub/docs']],
  ['./docs/a.md', ['docs/a.md'], ['a.md']],
  ['src/*/x.ts', ['src/a/x.ts', 'src/.hidden/x.ts'], ['src/x.ts', 'src/a/b/x.ts']],
  ['src/**/x.ts', ['src/x.ts', 'src/a/b/x.ts', 'src/.a/x.ts'], ['lib/x.ts', 'srcx.ts']],
  ['src/**.ts', ['src/x.ts', 'src/a/b/x.ts'], ['src/x.js']],
  ['**/gen/**', ['gen/a', 'a/gen/b'], ['agen/b']],
  ['a?c', ['abc', 'x/a.c'], ['a/c', 'ac']],
  ['{a,b/{c,d}}/e', ['a/e', 'b/c/e', 'b/d/e'], ['b/e', 'x/a/e']],
  ['v{1..3}', ['v1..3'], ['v2']],
  ['{one}', ['one'], ['{one}']],
  ['{open', ['{open'], ['open']],
  // nothing but stars, question marks and braces means anything
  [
    '[ab](c|d)+!@$^"\\\\.x',
    ['[ab](c|d)+!@$^"\\\\.x'],
    ['ac+!@$^"\\\\.x', '[ab](c|d)+!@$^"\\.x', '[ab](c|d)+!@$^"\\\\-x'],
  ],
  ['!a', ['!a'], ['b']],
  ['+(a)', ['+(a)'], ['a', 'aa']],
  ['x\ny*', ['x\nyz\n'], ['xy']],
  ['', [], ['a', 'a/b']],
  ['/', [], ['a', 'a/b']],
] as const)('%j matches what it names', ([glob, under, beside]) => {
  const globs = ['nothing/else', glob];
  expect(under.filter((path) => !matchesGlob(path, globs))).toEqual([]);
  expect(beside.filter((path) => matchesGlob(path, globs))).toEqual([]);
});

test('no glob matches nothing; names in quotes of git are compared by what they mean', () => {
  expect(matchesGlob('a', [])).toBe(false);
  expect(matchesPath(String.raw`"do\303\251s/a\tb"`, ['doés'])).toBe(true);
});

test('a folder on the way to a glob is known, also behind braces and in other letters', () => {
  const globs = ['.github/workflows/**', '{one,two}/deep/file', 'top'];
  expect(['.GitHub', 'one', 'two/deep'].filter((path) => !isOnTheWay(path, globs))).toEqual([]);
  expect(['.github/workflows/x', 'top', 'deep', 'github'].filter((path) => isOnTheWay(path, globs))).toEqual([]);
});

test('fifty thousand paths and the globs of a policy take far less than a second for each glob', () => {
  const paths = Array.from({ length: 50_000 }, (_, index) => `packages/p${index % 97}/src/deep/file-${index}.test.ts`);
  const lists = [
    ['src/**', 'docs/**/*.md', '**/*.test.*', '*.snap', 'packages/*/dist/**', '{a,b}/**/c', 'LICENSE'],
    defaultPathPolicy(['**/secrets/**', '*.pem']).protectedPaths,
  ];
  const { user, system } = process.cpuUsage();
  const found = lists.map((list) => paths.filter((path) => matchesGlob(path, list) || isOnTheWay(path, list)).length);
  const spent = process.cpuUsage({ user, system });
  expect(found).toEqual([50_000, 0]);
  expect((spent.user + spent.system) / 1_000).toBeLessThan(2_500);
});

test.for([
  ['*a*a*b', 'a'.repeat(255)],
  ['**/a/**/a/**/b', `${'a/'.repeat(255)}c`],
  ['**/*a*a*b/**/x', `${`${'a'.repeat(200)}/`.repeat(19)}c`],
  ['*a*a*b', 'a'.repeat(60_000)],
  ['**/a/**/a/**/b', 'a/'.repeat(60_000)],
] as const)('%j is compared with a hostile path in no time', ([glob, path]) => {
  const { user, system } = process.cpuUsage();
  expect(matchesGlob(path, [glob])).toBe(false);
  const spent = process.cpuUsage({ user, system });
  expect((spent.user + spent.system) / 1_000).toBeLessThan(2_000);
});

test('a path that no disk holds is refused by the policy, whatever its globs', () => {
  expect([`a/${'b'.repeat(256)}`, 'a/'.repeat(300), 'abcdefg/'.repeat(600)].map(isTooLong)).toEqual([true, true, true]);
  expect(['a', `${'b'.repeat(255)}/${'c'.repeat(255)}`].map(isTooLong)).toEqual([false, false]);
});

test('a glob that is too large is refused by name where it is matched', () => {
  expect(() => matchesGlob('a', ['fine', '{a,b}'.repeat(16)])).toThrow(
    expect.objectContaining({ code: 'git/bad-glob', class: 'config' }),
  );
  expect(() => matchesGlob('a', ['fine', '{a,b}'.repeat(7)])).toThrow(
    'Cannot use the glob "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}": it stands for over 64 globs by its braces: write fewer groups',
  );
});
