// Folders that outlive the process: the private HOME of an agent whose session may be gone on with. One for each request, closed to others, gone with its end.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Journal } from '../engine/index.ts';
import { isRunOver } from '../engine/index.ts';
import type { StepServices } from '../steps/index.ts';
import { isRunId, sha256 } from '../support/index.ts';
import type { RunId } from '../support/index.ts';

/** The folders of a data directory. */
export interface AgentHomes extends NonNullable<StepServices['homes']> {
  /** A run that has ended goes on with nothing. */
  removeRun(run: RunId): Promise<void>;
  /** Those of runs that ended, or are not there any more, while nobody was left to remove them. */
  sweep(journal: Pick<Journal, 'summary'>): Promise<void>;
}

/** Homes below the data directory, which a sandbox hides from all but the agent of the request. */
export function createAgentHomes(dataDir: string): AgentHomes {
  const root = join(dataDir, 'homes');
  const folderOf = (run: RunId): string => join(root, run);
  // an id holds the paths of steps, which are people's words
  const homeOf = (run: RunId, requestId: string): string => join(folderOf(run), sha256(requestId).slice(0, 24));
  const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
  return {
    async fresh(run, requestId) {
      const home = homeOf(run, requestId);
      await remove(home);
      await mkdir(home, { recursive: true, mode: 0o700 });
      return home;
    },
    async kept(run, requestId) {
      const home = homeOf(run, requestId);
      return existsSync(home) ? home : undefined;
    },
    remove: (run, requestId) => remove(homeOf(run, requestId)),
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
