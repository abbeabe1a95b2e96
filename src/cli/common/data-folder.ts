// Whether a path can be a data directory: a folder that this user may use, or a place where one can be made. Looks, and makes nothing.
import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import { TroupeError } from '../../support/index.ts';
import { cliMessages } from './messages.ts';

/** The path. Throws `cli/bad-data-dir` where no folder is and none can be made, or where this user may not read or write it. */
export function requireFolder(path: string, wish: Wish = 'read'): string {
  const problem = folderProblem(path, wish);
  if (problem === undefined) return path;
  throw new TroupeError('cli/bad-data-dir', problem, { class: 'config', hint: cliMessages.badDataDirHint });
}

/** What is to be done there. */
type Wish = 'read' | 'write';

/** What is wrong with it, as a sentence. */
export function folderProblem(path: string, wish: Wish = 'read'): string | undefined {
  const there = nearestThere(path);
  const stats = look(() => statSync(there));
  if (stats === undefined) return cliMessages.dataDirDangling(path, there);
  if (!stats.isDirectory()) return cliMessages.dataDirIsFile(path, there);
  return mayUse(there, wish, there === path) ? undefined : cliMessages.dataDirForbidden(path, there, wish);
}

function mayUse(folder: string, wish: Wish, isIt: boolean): boolean {
  const { R_OK, W_OK, X_OK } = constants;
  try {
    // who only looks for it has to pass
    accessSync(folder, X_OK | (isIt ? R_OK : 0) | (wish === 'write' ? W_OK : 0));
    return true;
  } catch {
    return false;
  }
}

/** The path, or the nearest above it that is there. A link that leads nowhere is there. */
export function nearestThere(path: string): string {
  const above = dirname(path);
  return above === path || look(() => lstatSync(path)) !== undefined ? path : nearestThere(above);
}

function look(at: () => Stats): Stats | undefined {
  try {
    return at();
  } catch {
    return undefined;
  }
}
