// Git LFS, where the operator allows it: which program git runs for it, and which server it talks to. Runs nothing.
import { join } from 'node:path';

/** How git runs LFS for one repository. */
export interface Lfs {
  /** `-c` settings. They stand above what a repository's `.lfsconfig` says: nothing in it names a server or a program. */
  readonly config: readonly string[];
  /** Where objects lie on this machine. */
  readonly storage: string;
  /** The only server that gets the token; undefined for a repository on this machine. */
  readonly origin: string | undefined;
}

/** LFS of a mirror: objects come from and go to the server that the mirror was cloned from. */
export function lfsOf(cloneUrl: string, mirrorDir: string): Lfs {
  const storage = join(mirrorDir, 'lfs');
  const isLocal = cloneUrl.startsWith('/');
  const url = isLocal ? `file://${cloneUrl}` : `${cloneUrl.replace(/\/$/, '').replace(/(\.git)?$/, '.git')}/info/lfs`;
  return {
    storage,
    origin: isLocal ? undefined : new URL(cloneUrl).origin,
    config: [
      'filter.lfs.process=git-lfs filter-process',
      'filter.lfs.required=true',
      `lfs.url=${url}`,
      `lfs.pushurl=${url}`,
      `lfs.storage=${storage}`,
      'lfs.locksverify=false',
      'lfs.fetchinclude=',
      'lfs.fetchexclude=',
      // an object that is gone leaves its pointer in the tree; a file that nobody touches stops no run
      'lfs.skipdownloaderrors=true',
      'lfs.transfer.maxretries=3',
    ],
  };
}
