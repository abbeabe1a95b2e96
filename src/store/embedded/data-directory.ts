// What lies where in a data directory. The only file that knows; nobody outside this folder asks.
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { guarded } from '../sqlite/database.ts';

/** The files of a data directory that are the store's. */
export interface DataDirectory {
  readonly database: string;
  readonly blobs: string;
}

/** Where they are, whether they are there or not. */
export function filesIn(directory: string): DataDirectory {
  return { database: join(directory, 'troupe.db'), blobs: join(directory, 'blobs') };
}

/** Whether somebody has kept runs there. */
export function hasRuns(directory: string): boolean {
  return existsSync(filesIn(directory).database);
}

/** Makes what is missing, for us alone. Throws `store/unavailable`. */
export function prepareDirectory(directory: string): DataDirectory {
  const files = filesIn(directory);
  guarded(`open ${directory}`, () => {
    mkdirSync(files.blobs, { recursive: true, mode: 0o700 });
    // passing (not listing) is what personas that run as other users need
    if ((statSync(directory).mode & 0o066) !== 0) chmodSync(directory, 0o700);
  });
  return files;
}
