// Folders that outlive the process, closed to others and gone with their run: sessions of agents, what personas hand in, code and requests for those elsewhere.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Journal } from '../engine/index.ts';
import { isRunOver } from '../engine/index.ts';
import type { StepServices } from '../steps/index.ts';
import { isRunId, sha256 } from '../support/index.ts';
import type { RunId } from '../support/index.ts';

/** `homes`: the private HOME of an agent whose session may be gone on with. `answers`: what is handed in. `sources`: bundles, by commit. `requests`: what workers fetch. */
type Kind = 'homes' | 'answers' | 'sources' | 'requests';

/** The folders of one kind in a data directory. */
export interface KeptFolders extends NonNullable<StepServices['homes']> {
  /** A run that has ended goes on with nothing. */
  removeRun(run: RunId): Promise<void>;
  /** Those of runs that ended, or are not there any more, while nobody was left to remove them. */
  sweep(journal: Pick<Journal, 'summary'>): Promise<void>;
}

/** Folders below the data directory, which a sandbox hides from all but the persona of the request. */
export function createKeptFolders(dataDir: string, kind: Kind): KeptFolders {
  const root = join(dataDir, kind);
  const folderOf = (run: RunId): string => join(root, run);
  // an id holds the paths of steps, which are people's words
  const placeOf = (run: RunId, requestId: string): string => join(folderOf(run), sha256(requestId).slice(0, 24));
  const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
  return {
    async fresh(run, requestId) {
      const place = placeOf(run, requestId);
      await remove(place);
      await mkdir(place, { recursive: true, mode: 0o700 });
      return place;
    },
    async kept(run, requestId) {
      const place = placeOf(run, requestId);
      return existsSync(place) ? place : undefined;
    },
    remove: (run, requestId) => remove(placeOf(run, requestId)),
    removeRun: (run) => remove(folderOf(run)),
    async sweep(journal) {
      const names = existsSync(root) ? await readdir(root) : [];
      for (const name of names.filter(isRunId)) {
        const summary = await journal.summary(name);
        if (summary === undefined || isRunOver(summary.status)) await remove(folderOf(name));
      }
    },
  };
}
