import { expect, test } from 'vitest';
import type { Sha, StepPath } from '../../support/index.ts';
import { inOrder } from './put-in-order.ts';
import type { StepCommit } from './put-in-order.ts';

/** `a0`: a commit of step `a` for item 0; a dash: a commit of no step. */
function commits(text: string): readonly StepCommit[] {
  return text.split(' ').map((sha) => ({
    sha: sha as Sha,
    ...(sha.startsWith('-') ? {} : { step: sha.replaceAll("'", '') as StepPath }),
  }));
}

function ranking(text: string): ReadonlyMap<StepPath, number> {
  return new Map(text.split(' ').map((path, rank) => [path as StepPath, rank]));
}

const shown = (list: readonly StepCommit[]): string => list.map(({ sha }) => sha).join(' ');

test.each([
  ['what is in order stays', 'a0 a1 a2', ['a0 a1 a2'], 'a0 a1 a2'],
  ['whoever ended first comes where it belongs', '-s a2 a0 a1 -z', ['a0 a1 a2'], '-s a0 a1 a2 -z'],
  ['commits of others keep their places', 'a2 x a0 -m a1', ['a0 a1 a2'], 'a0 x a1 -m a2'],
  ['the commits of one step stay as they came', "a1 a0' a0", ['a0 a1'], "a0' a0 a1"],
  ['an item that made none is no gap', 'a3 a1', ['a0 a1 a2 a3'], 'a1 a3'],
] as const)('%s', (_what, before, rankings, after) => {
  expect(shown(inOrder(commits(before), rankings.map(ranking)))).toBe(after);
});

test('containers in one another: the outer order first, then that of the inner ones', () => {
  const outer = new Map([
    ['o0.i0', 0],
    ['o0.i1', 0],
    ['o1.i0', 1],
    ['o1.i1', 1],
  ] as const) as unknown as ReadonlyMap<StepPath, number>; // paths as tests write them
  const list = commits('o1.i1 o0.i1 o1.i0 o0.i0');
  expect(shown(inOrder(list, [outer, ranking('o0.i0 o0.i1'), ranking('o1.i0 o1.i1')]))).toBe('o0.i0 o0.i1 o1.i0 o1.i1');
});
