// Tells a new beginning from a database that was emptied: a marker beside it stays where runs were kept once. Restores nothing.
import { closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isObject, isoTime, parseJson, TroupeError } from '../../support/index.ts';
import { storeMessages } from '../sqlite/messages.ts';

/** The marker. Who removes it wants to begin anew. */
const markerName = 'began.json';

/** Throws `store/emptied` where runs were kept and the database is not there any more, or has no bytes. */
export function refuseEmptied(directory: string, database: string): void {
  if (sizeOf(database) > 0) return;
  const marker = join(directory, markerName);
  // a log of writes without its database tells the same; it is all there is where an older Troupe wrote
  const left = [marker, `${database}-wal`].find((path) => sizeOf(path) > 0);
  if (left === undefined) return;
  throw new TroupeError('store/emptied', storeMessages.emptied(database, left), {
    class: 'config',
    hint: storeMessages.emptiedHint(database, left),
  });
}

/** Marks that runs are kept here from now on. Once. */
export function markBeginning(directory: string, now: number): void {
  const marker = join(directory, markerName);
  if (sizeOf(marker) > 0) return;
  const file = openSync(marker, 'w', 0o600);
  try {
    writeSync(file, `${JSON.stringify({ began: isoTime(now) })}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** When that was; undefined where the marker does not say it. */
export function readBeginning(directory: string): number | undefined {
  try {
    const marker = parseJson(readFileSync(join(directory, markerName), 'utf8'));
    const at = isObject(marker) ? Date.parse(String(marker['began'])) : Number.NaN;
    return Number.isFinite(at) ? at : undefined;
  } catch {
    return undefined;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
