// Globs in a workflow file that are too large are told with their place when the file is read.
import { expect, test } from 'vitest';
import { ask, file, lines } from './testing.ts';

const braces = '{a,b}'.repeat(16);

test('globs that would cost too much are findings, each at its place', () => {
  const text = file(
    ask('a', `unjudged: ["docs/**", "${braces}"]`),
    `  - { id: m, type: git-operation, operation: merge, conflicts: { "x/**/*a*b*c*": base }, dependencies: [a] }`,
    `  - { id: v, type: git-operation, operation: verify-diff, paths: ["{{ inputs.a * 2 * 3 * 4 * 5 }}", "${'a'.repeat(257)}"], dependencies: [m] }`,
  );
  const told = lines(text).filter((line) => line.includes('glob'));
  expect(told.map((line) => line.replace(/«.*?»/, '«»'))).toMatchInlineSnapshot(`
    [
      "2:81 «» schema/bad-value: A glob of \`unjudged\` stands for over 64 globs by its braces: write fewer groups → Write shorter globs, or several of them.",
      "3:64 «» schema/bad-value: A glob of \`conflicts\` holds \`*\` over 3 times in one name: write more of the name → Write shorter globs, or several of them.",
      "4:101 «» schema/bad-value: A glob of \`paths\` is 257 characters long; the most are 256 → Write shorter globs, or several of them.",
    ]
  `);
});
