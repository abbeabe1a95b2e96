// Cuts blocks of text to a total size, the largest first. Pure; never touches a block that may not be cut.
import { byteLength, fit } from '../../support/index.ts';

/** A piece of a prompt. */
export interface Block {
  readonly label: string;
  readonly body: string;
  /** Role, workspace and result contract are kept whole. */
  readonly fixed: boolean;
}

/** The blocks within `maxBytes` together, and what was cut, in words. */
export function trimBlocks<Piece extends Block>(
  blocks: readonly Piece[],
  maxBytes: number,
): { readonly blocks: readonly Piece[]; readonly cut: readonly string[] } {
  const sizes = blocks.map((block) => byteLength(block.body));
  const fixed = sum(sizes.filter((_, index) => blocks[index]?.fixed));
  const level = levelFor(
    sizes.filter((_, index) => blocks[index]?.fixed === false),
    maxBytes - fixed,
  );
  const cut: string[] = [];
  const trimmed = blocks.map((block, index) => {
    const size = sizes[index] ?? 0;
    if (block.fixed || size <= level) return block;
    const body = fit(block.body, level, 'cut to fit the prompt; read the rest in the worktree if it is there');
    cut.push(`${block.label}: ${byteLength(body)} of ${size} bytes kept`);
    return { ...block, body };
  });
  return { blocks: trimmed, cut };
}

/** The largest size that each block may have so that all of them fit: water filling. */
function levelFor(sizes: readonly number[], room: number): number {
  const ascending = sizes.toSorted((a, b) => a - b);
  let left = Math.max(0, room);
  for (const [index, size] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - index));
    if (size > share) return share;
    left -= size;
  }
  return Number.POSITIVE_INFINITY;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
