// Which repository a workflow file or a folder belongs to. Runs no git.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The folder in which a file's personas and settings are looked up: as `troupe run` does, the working copy around it. */
export function repositoryOf(file: string): string {
  const folder = dirname(file);
  return folder.endsWith(join('.github', 'troupe', 'workflows')) ? resolve(folder, '../../..') : rootAround(folder);
}

/** The root of the working copy around a folder, as `troupe run` finds it; the folder itself where there is none. */
export function rootAround(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    // a folder, or a file in worktrees and submodules
    if (existsSync(join(at, '.git'))) return at;
    if (at === dirname(at)) return folder;
  }
}
