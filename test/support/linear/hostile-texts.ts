// The texts that every function is fed: runs of one of 40 characters, and of two of them. Makes them; tries nothing.
import { createHash } from 'node:crypto';

const marks = [...'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'];
const others = ['a', '0', ' ', '\n', '\r', '\t', '\u001b', '😀'];

/** What texts are made of. */
export const characters: readonly string[] = [...marks, ...others];

/** How a text goes on, and what stands at its end: the piece `\t` with `!` is a run of tabs before an exclamation mark. */
export interface HostileText {
  readonly piece: string;
  readonly end: string;
}

/** A run of each character. */
export const runs: readonly HostileText[] = characters.map((piece) => ({ piece, end: '' }));

/** Each pair: one after the other all along, and a run of the one that ends with the other. */
export const pairs: readonly HostileText[] = characters.flatMap((one) =>
  characters
    .filter((other) => other !== one)
    .flatMap((other) => [
      { piece: one + other, end: '' },
      { piece: one, end: other },
    ]),
);

/** So many KB of it. */
export function textOf({ piece, end }: HostileText, kb: number): string {
  return piece.repeat(Math.ceil((kb * 1024) / piece.length)) + end;
}

/** How a report calls it: `"\t" … "!"`. */
export function wordsFor({ piece, end }: HostileText): string {
  return end === '' ? JSON.stringify(piece) : `${JSON.stringify(piece)} … ${JSON.stringify(end)}`;
}

/** `size` of these that the seed draws for a name. */
export function drawn<One>(all: readonly One[], size: number, seed: string): readonly One[] {
  const count = Math.min(size, all.length);
  const start = createHash('sha256').update(seed).digest().readUInt32BE(0);
  // a step that no part of 40 divides: all have their turn
  return Array.from({ length: count }, (_, turn) => all[(start + turn * 1_009) % all.length]).filter(
    (one) => one !== undefined,
  );
}
