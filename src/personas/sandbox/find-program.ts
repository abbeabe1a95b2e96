// Where a program lies on a PATH. Absolute folders only: what a worktree brings along is never taken for it.
import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** All files of that name on the PATH that may be executed, in its order. Absolute. */
export function findPrograms(name: string, path: string): string[] {
  return namedOn(name, path).filter((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** All plain files of that name on the PATH, whether they may be executed or not. Folders are no programs. */
export function namedOn(name: string, path: string): string[] {
  return path
    .split(':')
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
}
