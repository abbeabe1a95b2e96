// Every point of three stories: the bot is killed there, and the next one ends with the same pull request, checks and comments.
import { describe, expect, test } from 'vitest';
import { crashMatrix } from '../support/crash-matrix.ts';
import type { Choose } from '../support/crash-matrix.ts';

const say = (line: string): void => console.log(line);
const atOnce = 2;

const everyPoint: Choose = (count) => Array.from({ length: count }, (_, index) => [index + 1]);

describe('the bot is killed at every point, and the next one comes to the same end', () => {
  test.each(['project-loop', 'approval', 'rework'] as const)('%s', async (plot) => {
    expect(await crashMatrix({ plot, choose: everyPoint, atOnce, say })).toEqual([]);
  });
});

test('the bot is killed, and the next one too while it recovers', async () => {
  const choose: Choose = (count) =>
    Array.from({ length: Math.floor(count / 20) }, (_, index) => {
      const first = index * 20 + 1;
      // 1 to 40: what the second one does first is recovering
      return [first, 1 + ((first * 7) % 40)];
    });
  expect(await crashMatrix({ plot: 'project-loop', choose, atOnce, say })).toEqual([]);
});
