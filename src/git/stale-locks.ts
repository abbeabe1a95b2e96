// Locks that git leaves behind when it is killed with the machine: nobody holds them, and every later fetch would stop at them. Runs no git.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Removes the locks of every mirror. Only for the one process that owns the folder, before it starts any git. */
export function removeStaleLocks(mirrors: string): void {
  for (const entry of readdirSync(mirrors, { withFileTypes: true })) {
    if (!entry.isDirectory() || !entry.name.endsWith('.git')) continue;
    const mirror = Buffer.from(join(mirrors, entry.name));
    removeIn(mirror, { deep: false });
    // locks elsewhere, below objects, are named after their process and stop nobody
    removeIn(Buffer.concat([mirror, Buffer.from('/refs')]), { deep: true });
  }
}

/** Names are bytes: a branch may be called anything. */
function removeIn(folder: Buffer, how: { readonly deep: boolean }): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })) {
    const path = Buffer.concat([folder, Buffer.from('/'), entry.name]);
    if (entry.isDirectory() && how.deep) removeIn(path, how);
    else if (entry.isFile() && entry.name.toString('latin1').endsWith('.lock')) rmSync(path, { force: true });
  }
}
