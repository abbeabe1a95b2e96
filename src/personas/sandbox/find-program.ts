// Where a program lies on a PATH. Absolute folders only: what a worktree brings along is never taken for it.
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';

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
    .filter((file) => lookAt(file)?.isFile() === true);
}

/** What is there. Where this user may not look (a folder of somebody else on the PATH), nothing is. */
export function lookAt(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/**
 * Where a program on the PATH really lies, for who shows its folders in a sandbox: installers leave links into folders of their own. A package
 * is shown with those around it, which it needs.
 */
export function programPlaces(name: string, path: string): readonly string[] {
  const [found] = name.includes('/') ? [] : findPrograms(name, path);
  if (found === undefined) return [];
  const real = realpathSync(found);
  if (real === found) return [];
  const packages = real.indexOf(`${sep}node_modules${sep}`);
  return [packages < 0 ? real : real.slice(0, packages + `${sep}node_modules`.length)];
}
