// Which points of a crash matrix are played: a sample that a seed draws, or all of them. The seed is printed and can be given again.
import { createHash, randomBytes } from 'node:crypto';
import type { Choose, ChooseDeaths } from './crash-matrix.ts';

/** `TROUPE_SEED`, or a new one for each run: one run after the other, every point has its turn. */
export const crashSeed = process.env['TROUPE_SEED'] ?? randomBytes(4).toString('hex');

/** Whether all points are asked for: `TROUPE_ALL_POINTS=1`. */
export const allPoints = !['', '0', undefined].includes(process.env['TROUPE_ALL_POINTS']);

/** Single deaths: `size` points, one from each of as many equal parts of the story, so that none of its times is left out. */
export function someDeaths(size: number, seed: string = crashSeed): Choose {
  return (count) => {
    const parts = Math.min(size, count);
    return Array.from({ length: parts }, (_, part) => {
      const from = Math.floor((part * count) / parts);
      const until = Math.floor(((part + 1) * count) / parts);
      return [1 + from + drawn(`${seed} ${part}`, until - from)];
    });
  };
}

/** A death at every point. */
export const everyDeath: Choose = (count) => Array.from({ length: count }, (_, index) => [index + 1]);

/** Pairs of deaths: every twentieth point, and a point of the second bot's recovery. */
export const pairsOfDeaths: Choose = (count) =>
  Array.from({ length: Math.floor(count / 20) }, (_, index) => {
    const first = index * 20 + 1;
    // 1 to 40: what the second one does first is recovering
    return [first, 1 + ((first * 7) % 40)];
  });

/** Deaths at random times, wherever the process is: `size`, one in each of as many equal parts of the time that the story takes. */
export function deathsInTime(size: number, seed: string = crashSeed): ChooseDeaths {
  return (_count, tookMs) =>
    Array.from({ length: size }, (_, part) => [
      { afterMs: Math.floor(((part + drawn(`${seed} at ${part}`, 1_000) / 1_000) * tookMs) / size) },
    ]);
}

/** `size` of these, one from each of as many equal parts. */
export function drawnFrom<One>(all: readonly One[], size: number, seed: string = crashSeed): readonly One[] {
  const parts = Math.min(size, all.length);
  return Array.from({ length: parts }, (_, part) => {
    const from = Math.floor((part * all.length) / parts);
    return all.slice(from + drawn(`${seed} ${part}`, Math.floor(((part + 1) * all.length) / parts) - from))[0];
  }).filter((one) => one !== undefined);
}

/** A number from 0 to below `below` that depends on the words alone. */
function drawn(words: string, below: number): number {
  return createHash('sha256').update(words).digest().readUInt32BE(0) % below;
}
