// The rows of surfaces: how one is written, and what it tells. Pure.
import type { SurfaceRow } from '../engine/index.ts';
import { TroupeError } from '../support/index.ts';
import type { WantedSurface, WantedView } from './types.ts';

/** A row of what is planned and not there yet. */
export function rowOf(
  wanted: WantedView,
  surface: WantedSurface,
  { hash, at }: { readonly hash: string; readonly at: number },
): SurfaceRow {
  return {
    run: wanted.run,
    key: surface.key,
    headSha: headOf(surface),
    githubId: null,
    wantedHash: hash,
    seenHash: '',
    annotationsSent: 0,
    closed: false,
    updatedAt: at,
  };
}

/** What a row says after GitHub took what was wanted. */
export function seen(
  surface: WantedSurface,
  hash: string,
  now: number,
): Pick<SurfaceRow, 'seenHash' | 'annotationsSent' | 'closed' | 'updatedAt'> {
  return {
    seenHash: hash,
    annotationsSent: surface.kind === 'check' ? (surface.check.annotations?.length ?? 0) : 0,
    closed: isFinal(surface),
    updatedAt: now,
  };
}

/** Whether GitHub has it, or never will. */
export function isMade(row: SurfaceRow | undefined): boolean {
  return row !== undefined && (row.closed || row.githubId !== null);
}

/** Whether nothing will change in it any more. */
export function isFinal(surface: WantedSurface): boolean {
  return surface.kind === 'check' ? surface.check.status === 'completed' : surface.final === true;
}

/** What it says, for its hash. */
export function saidBy(surface: WantedSurface): unknown {
  if (surface.kind === 'check') return surface.check;
  return surface.kind === 'pull' ? surface.part : surface.body;
}

/** The head it belongs to; '' where it belongs to none. */
export function headOf(surface: WantedSurface): string {
  return surface.kind === 'check' ? surface.headSha : '';
}

/** Its name among the rows of a run. */
export function idOf(row: SurfaceRow): string {
  return `${row.key} ${row.headSha}`;
}

/** The code of anything that was thrown. */
export function codeOf(error: unknown): string {
  return error instanceof TroupeError ? error.code : '';
}

/** Nothing that we do makes these succeed: archived, deleted, forbidden, refused as invalid. */
export function isHopeless(error: unknown): boolean {
  return [
    'github/archived',
    'github/gone',
    'github/permission',
    'github/setting',
    'github/not-found',
    'github/invalid',
    'github/refused',
  ].includes(codeOf(error));
}
