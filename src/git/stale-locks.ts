// Locks that git leaves behind when it is killed with the machine: nobody holds them, and every later fetch would stop at them. Runs no git.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Removes the locks of every mirror. Only for the one process that owns the folder, before it starts any git. */
export function removeStaleLocks(mirrors: string): void {
  for (const mirror of folders(mirrors)) {
    remove(readdirSync(join(mirrors, mirror), { withFileTypes: true }));
    // locks elsewhere, below objects, are named after their process and stop nobody
    remove(readdirSync(join(mirrors, mirror, 'refs'), { withFileTypes: true, recursive: true }));
  }
}

function folders(parent: string): string[] {
  const all = readdirSync(parent, { withFileTypes: true });
  return all.filter((entry) => entry.isDirectory() && entry.name.endsWith('.git')).map(({ name }) => name);
}

function remove(entries: readonly { isFile(): boolean; readonly name: string; readonly parentPath: string }[]): void {
  for (const entry of entries)
    if (entry.isFile() && entry.name.endsWith('.lock')) rmSync(join(entry.parentPath, entry.name), { force: true });
}
