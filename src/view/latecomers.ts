// What may still come of a write that nobody answered: how long it is waited for, and what is done about what came late.
import type { SurfaceRow } from '../engine/index.ts';
import { defined, lastLook, nextLook, sinceLongAgo } from '../support/index.ts';
import type { FoundAgain, SurfacePort } from './surface-port.ts';
import type { WantedSurface } from './types.ts';

type Doubt = NonNullable<SurfaceRow['doubt']>;

/** What looking works with. */
interface Looking {
  readonly port: SurfacePort;
  readonly now: number;
  put(row: SurfaceRow): Promise<void>;
}

/** After an unclear answer: GitHub shows a new object within this time if the write was applied by then. */
export const lookAgainMs = 5_000;

/** The doubt that begins now. `isLate`: no answer came in time, so nothing is made again for some minutes. */
export function doubted(now: number, isLate = false): Doubt {
  return doubtAt(isLate ? now : sinceLongAgo(now), now) ?? { since: now, lookAt: now };
}

/** The doubt of a row, to be kept in the next one. */
export function doubtOf(row: SurfaceRow | undefined): Pick<SurfaceRow, 'doubt'> {
  return defined({ doubt: row?.doubt });
}

/** When to look again at what may have come late; nothing where nobody doubts, or something comes before. */
export function lookAgain(
  { doubt }: SurfaceRow,
  { nextAt = Number.POSITIVE_INFINITY }: { readonly nextAt?: number } = {},
): { readonly nextAt?: number } {
  return doubt === undefined || doubt.lookAt >= nextAt ? {} : { nextAt: doubt.lookAt };
}

/**
 * When to come again for a surface that was looked for in vain and may still be made; undefined: it counts as not made. What was planned
 * a moment ago, by a process that died over it as a rule, may be on its way as well.
 */
export async function mayStillCome(
  surface: WantedSurface,
  row: SurfaceRow,
  { now, put }: Looking,
): Promise<number | undefined> {
  // putting it on again changes nothing
  if (surface.kind === 'label') return undefined;
  const shownAt = row.updatedAt + lookAgainMs;
  const next = row.doubt === undefined ? undefined : nextLook(row.doubt.since, now);
  if (row.doubt !== undefined && next !== undefined) await put({ ...row, doubt: { ...row.doubt, lookAt: next } });
  return next ?? (now < shownAt ? shownAt : undefined);
}

/**
 * The row after what came late was looked for, when it is time for that: of several the one that counts is kept and the others are removed;
 * what a late write changed is wanted anew. `isRight`: whether it may stay as it is.
 */
export async function lookedFor(
  surface: WantedSurface,
  { row, isRight }: { readonly row: SurfaceRow; readonly isRight: (found: FoundAgain) => boolean },
  { port, now, put }: Looking,
): Promise<SurfaceRow> {
  const { doubt, ...sure } = row;
  if (doubt === undefined || now < doubt.lookAt) return row;
  const all = await port.all(surface);
  const kept = keptOf(surface, row, all);
  for (const twin of all) if (twin !== kept) await port.remove(surface, twin);
  const mayStay = kept === undefined || (kept.id === row.githubId && isRight(kept));
  const changed = mayStay
    ? sure
    : { ...sure, githubId: kept.id, seenHash: '', annotationsSent: kept.annotations, closed: false };
  const next: SurfaceRow = { ...changed, ...defined({ doubt: doubtAt(doubt.since, now) }) };
  await put(next);
  return next;
}

/** The check that was made last is the one that GitHub shows under its name; of comments the one that people know stays. */
function keptOf(surface: WantedSurface, row: SurfaceRow, all: readonly FoundAgain[]): FoundAgain | undefined {
  if (surface.kind === 'check') return all.toSorted((a, b) => a.id - b.id).at(-1);
  return all.find(({ id }) => id === row.githubId) ?? all[0];
}

function doubtAt(since: number, now: number): Doubt | undefined {
  const lookAt = nextLook(since, now) ?? lastLook(since, now);
  return lookAt === undefined ? undefined : { since, lookAt };
}
