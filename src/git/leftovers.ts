// What is left behind when the machine or we are killed: locks of git, which nobody holds and every later fetch would stop at, and leases of pushes. Runs no git.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { leases } from './leased-push.ts';

/** Removes the locks and leases of every mirror. Only for the one process that owns the folder, before it starts any git. */
export function removeLeftovers(mirrors: string): void {
  for (const entry of readdirSync(mirrors, { withFileTypes: true })) {
    if (!entry.isDirectory() || !entry.name.endsWith('.git')) continue;
    rmSync(join(mirrors, entry.name, leases), { recursive: true, force: true });
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
