// Git LFS, where the operator allows it: which program git runs for it, and which server it talks to. Runs nothing.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { GitSetting } from './environment.ts';

/** How git runs LFS for one repository. */
export interface Lfs {
  /** `-c` settings. They stand above what a repository's `.lfsconfig` says: nothing in it names a server or a program. */
  readonly config: readonly string[];
  /** Settings that name places: for the environment. They stand above the repository's, too. */
  readonly places: readonly GitSetting[];
  /** Where objects lie on this machine. */
  readonly storage: string;
  /** The only server that gets the token; undefined for a repository on this machine. */
  readonly origin: string | undefined;
}

/** LFS of a mirror: objects come from and go to the server that the mirror was cloned from. */
export function lfsOf(cloneUrl: string, mirrorDir: string): Lfs {
  const isLocal = cloneUrl.startsWith('/');
  // a working copy has its own store of objects, and a branch that appears in it is read from there
  const storage = join(isLocal ? gitFolderOf(cloneUrl) : mirrorDir, 'lfs');
  const url = isLocal ? `file://${cloneUrl}` : `${cloneUrl.replace(/\/$/, '').replace(/(\.git)?$/, '.git')}/info/lfs`;
  return {
    storage,
    origin: isLocal ? undefined : new URL(cloneUrl).origin,
    places: [
      ['lfs.url', url],
      ['lfs.pushurl', url],
      ['lfs.storage', storage],
    ],
    config: [
      'filter.lfs.process=git-lfs filter-process',
      'filter.lfs.required=true',
      'lfs.locksverify=false',
      'lfs.fetchinclude=',
      'lfs.fetchexclude=',
      // an object that is gone leaves its pointer in the tree; a file that nobody touches stops no run
      'lfs.skipdownloaderrors=true',
      'lfs.transfer.maxretries=3',
    ],
  };
}

/** The git directory that all worktrees of a repository on this machine share. */
function gitFolderOf(folder: string): string {
  const dotGit = join(folder, '.git');
  if (!existsSync(dotGit)) return folder;
  if (statSync(dotGit).isDirectory()) return dotGit;
  const own = resolve(folder, firstLine(dotGit).replace(/^gitdir: /, ''));
  const common = join(own, 'commondir');
  return existsSync(common) ? resolve(own, firstLine(common)) : own;
}

function firstLine(file: string): string {
  return readFileSync(file, 'utf8').split('\n', 1)[0] ?? '';
}
