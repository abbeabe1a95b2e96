// A second index of a worktree, to try things out with. The first one stays as it is.
import { copyFile, stat, utimes } from 'node:fs/promises';

/** A copy as old as the original: by its age git knows which files were written in the second in which it was. */
export async function copyIndex(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const seconds = Math.floor((await stat(from)).mtimeMs / 1_000);
  await utimes(to, seconds, seconds);
}
