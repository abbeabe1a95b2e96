// Globs that are too large, told before anything is matched, and in no time.
import { expect, test } from 'vitest';
import { alternativesOf, globProblem } from './glob-limits.ts';

test('braces are spelled out in the order in which they stand, groups in groups too', () => {
  expect(alternativesOf('{a,b{c,d}}x{e}')).toEqual(['axe', 'bcxe', 'axe', 'bdxe']);
  expect(alternativesOf('}a{b')).toEqual(['}a{b']);
  expect(alternativesOf('}a{b,c}')).toEqual(['}ab', '}ac']);
});

test.for([
  [['{a,b}'.repeat(16)], 0, 'stands for over 64 globs by its braces: write fewer groups'],
  [['a', `{${'a,'.repeat(100)}}`], 1, 'stands for over 64 globs by its braces: write fewer groups'],
  [['{'.repeat(250)], undefined, undefined],
  [['{a,'.repeat(60) + '}'.repeat(60)], 0, 'stands for over 64 globs by its braces: write fewer groups'],
  [['a'.repeat(257)], 0, 'is 257 characters long; the most are 256'],
  [['**/a/**/b/**/c/**'], 0, 'holds `**` over 3 times: name some of the folders'],
  [['a**b**c**d**e'], 0, 'holds `**` over 3 times: name some of the folders'],
  [['x/*a*b*c*/y'], 0, 'holds `*` over 3 times in one name: write more of the name'],
  [['a', '{x,*{a,b*c}*d*}'], 1, 'holds `*` over 3 times in one name: write more of the name'],
  [Array.from({ length: 257 }, () => 'a'), undefined, 'holds 257 globs; the most are 256'],
  [
    Array.from({ length: 17 }, () => '{a,b}'.repeat(6)),
    16,
    'makes the braces of the list stand for over 1024 globs: write fewer',
  ],
  [
    ['src/**/*.test.*', 'packages/*/src/**/__tests__/*-*.snap', '**/generated/**', '*.{js,ts}{,x}'],
    undefined,
    undefined,
  ],
] as const)('%j', ([globs, index, problem]) => {
  expect(globProblem(globs)).toEqual(problem === undefined ? undefined : { index, problem });
});
