// Names that people and models may send: each becomes a valid ref or is refused with a reason.
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import {
  branchNameOf,
  branchProblem,
  checkBranchName,
  checkCloneUrl,
  checkPath,
  existingBranchName,
  numberedBranch,
  refProblem,
} from './arguments.ts';
import { makeGitWorld } from '../../test/support/git-world.ts';
import { hostileNames } from '../../test/support/hostile-names.ts';
import { oddBranches } from '../../test/support/odd-branches.ts';

test('there are sixty hostile names and more', () => {
  expect(hostileNames.length).toBeGreaterThanOrEqual(60);
});

test.each(hostileNames)('%j is refused or is a ref that git takes, and cleaned it is one', (name) => {
  if (branchProblem(name) === undefined) expect(isRef(name)).toBe(true);
  else expect(() => checkBranchName(name)).toThrow(/Cannot use ".*" as a ref name: it|a part/);
  const cleaned = branchNameOf(name);
  expect(branchProblem(cleaned)).toBeUndefined();
  expect(isRef(cleaned)).toBe(true);
  expect(cleaned).toMatch(/^[A-Za-z0-9+._/@=,-]+$/);
});

test.each(oddBranches)('%j is accepted where it exists, and what we make of it is a name of ours', (name) => {
  expect(isRef(name)).toBe(true);
  expect(existingBranchName(name)).toBe(name);
  expect(branchProblem(branchNameOf(name))).toBeUndefined();
});

test('what exists may be named as git allows, to the byte', () => {
  const pieces = [
    'a',
    '.',
    '/',
    '-',
    '@',
    '{',
    '~',
    ' ',
    '\u007f',
    '\u0085',
    '.lock',
    'ä',
    '..',
    '*',
    '[',
    ']',
    '\\',
    ':',
    '?',
    '^',
  ];
  const names = pieces.flatMap((first) =>
    pieces.flatMap((second) => ['', 'b', '.', '/', '.lock', '{'].map((third) => first + second + third)),
  );
  const taken = branchesAmong(names);
  for (const name of names) expect([name, refProblem(name) === undefined]).toEqual([name, taken.has(name)]);
});

test.each(['--upload-pack=x', '-x', 'HEAD', '@', 'a..b', 'a.lock/b', 'a@{1}', '\ud800', 'a\u0001b', ''])(
  '%j is no branch of anybody',
  (name) => {
    expect(() => existingBranchName(name)).toThrow(/^Cannot use /);
  },
);

test('a number fits behind a name of two-byte letters', () => {
  expect(numberedBranch(checkBranchName('ä'.repeat(100)), 2)).toBe(`${'ä'.repeat(99)}-2`);
});

test.each(['troupe/7-fix-the-sum', 'main', 'feat/x_y.z', 'release-1.0', 'dependabot/npm/a-1.2.3'])(
  '%s stays as it is',
  (name) => {
    expect(checkBranchName(name)).toBe(name);
    expect(branchNameOf(name)).toBe(name);
  },
);

test('a title in a template becomes a readable name', () => {
  expect(branchNameOf('feat/7-Größe: "über" $(id)')).toBe('feat/7-Gro-e-uber-id');
});

test('a number behind the longest name still fits', () => {
  expect(numberedBranch(checkBranchName('x'.repeat(200)), 12)).toBe(`${'x'.repeat(197)}-12`);
});

test('paths and clone URLs that lead elsewhere are refused', () => {
  for (const path of ['', '/etc/passwd', '../x', 'a/../b', './a', 'a//b', 'a\0b'])
    expect(() => checkPath(path)).toThrow();
  expect(checkPath('src/a.js')).toBe('src/a.js');
  for (const url of ['ext::sh -c id', 'ssh://h/x', 'https://t@h/x', '-x', 'relative/path', '--upload-pack=id'])
    expect(() => checkCloneUrl(url)).toThrow('Cannot use the clone URL');
  expect(checkCloneUrl('https://github.com/a/b.git')).toBe('https://github.com/a/b.git');
});

/** The names that `git branch` takes. Git judges a list in one process, but for names with blanks: it would judge what comes after them. */
function branchesAmong(names: readonly string[]): ReadonlySet<string> {
  const possible = names.filter((name) => !name.startsWith('-') && name !== 'HEAD' && name !== '@');
  const blank = possible.filter((name) => name.includes(' '));
  const others = possible.filter((name) => !name.includes(' '));
  const world = makeGitWorld();
  try {
    const accepted = execFileSync('git', ['show-ref', '--exclude-existing'], {
      cwd: world.remote,
      input: others.map((name) => `refs/heads/${name}\n`).join(''),
      stdio: ['pipe', 'pipe', 'ignore'],
      encoding: 'utf8',
    });
    const listed = accepted.split('\n').map((ref) => ref.slice('refs/heads/'.length));
    return new Set([...listed, ...blank.filter(isRef)]);
  } finally {
    world.remove();
  }
}

function isRef(name: string): boolean {
  try {
    execFileSync('git', ['check-ref-format', `refs/heads/${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
