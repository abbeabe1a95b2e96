// Cuts blocks of text to a total size, the largest first. Pure; never touches a block that may not be cut.
import { byteLength, fit } from '../../support/index.ts';
import { sizeTexts } from './messages.ts';

/** A piece of a prompt. */
export interface Block {
  readonly label: string;
  readonly body: string;
  /** Role, title, last error and result contract are kept whole. */
  readonly fixed: boolean;
  /** Blocks of one group, oldest first, count as one: the oldest of them are left out. */
  readonly group?: string;
}

/** The blocks within `maxBytes` together, and what was cut, in words. */
export function trimBlocks<Piece extends Block>(
  blocks: readonly Piece[],
  maxBytes: number,
): { readonly blocks: readonly Piece[]; readonly cut: readonly string[] } {
  const units = unitsOf(blocks);
  const fixed = sum(units.filter(isFixed).map(sizeOf));
  const level = levelFor(units.filter((unit) => !isFixed(unit)).map(sizeOf), maxBytes - fixed);
  const cut = fixed > maxBytes ? [sizeTexts.tooLarge(fixed, maxBytes)] : [];
  const trimmed = units.flatMap((unit) => {
    if (isFixed(unit) || sizeOf(unit) <= level) return unit;
    const [first] = unit;
    if (first?.group !== undefined && unit.length > 1) {
      const kept = newestWithin(unit, level);
      cut.push(sizeTexts.oldest(first.label, kept.length, unit.length));
      return kept;
    }
    return unit.map((block) => {
      const body = fit(block.body, level, sizeTexts.note);
      cut.push(sizeTexts.bytes(block.label, byteLength(body), byteLength(block.body)));
      return { ...block, body };
    });
  });
  return { blocks: trimmed, cut };
}

/** Blocks that are cut together: a group, or one alone. */
function unitsOf<Piece extends Block>(blocks: readonly Piece[]): readonly (readonly Piece[])[] {
  const units: Piece[][] = [];
  for (const block of blocks) {
    const last = units.at(-1);
    if (block.group !== undefined && last?.[0]?.group === block.group) last.push(block);
    else units.push([block]);
  }
  return units;
}

/** The newest is shown whatever it takes, cut to what there is. */
function newestWithin<Piece extends Block>(unit: readonly Piece[], bytes: number): readonly Piece[] {
  const kept: Piece[] = [];
  let left = bytes;
  for (const block of unit.toReversed()) {
    const size = byteLength(block.body);
    if (size > left && kept.length > 0) break;
    kept.unshift(size > left ? { ...block, body: fit(block.body, Math.max(0, left), sizeTexts.note) } : block);
    left -= size;
  }
  return kept;
}

function isFixed(unit: readonly Block[]): boolean {
  return unit[0]?.fixed === true;
}

function sizeOf(unit: readonly Block[]): number {
  return sum(unit.map(({ body }) => byteLength(body)));
}

/** The largest size that each unit may have so that all of them fit: water filling. */
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
