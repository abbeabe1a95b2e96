// Whether a path can be a data directory: a folder, or a place where one can be made. Looks, and makes nothing.
import { lstatSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import { TroupeError } from '../../support/index.ts';
import { cliMessages } from './messages.ts';

/** The path. Throws `cli/bad-data-dir` where no folder is and none can be made. */
export function requireFolder(path: string): string {
  const problem = folderProblem(path);
  if (problem === undefined) return path;
  throw new TroupeError('cli/bad-data-dir', problem, { class: 'config', hint: cliMessages.badDataDirHint });
}

/** What is wrong with it, as a sentence. */
export function folderProblem(path: string): string | undefined {
  const there = nearestThere(path);
  const stats = look(() => statSync(there));
  if (stats === undefined) return cliMessages.dataDirDangling(path, there);
  return stats.isDirectory() ? undefined : cliMessages.dataDirIsFile(path, there);
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
