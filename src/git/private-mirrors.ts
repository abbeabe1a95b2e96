// Closes mirrors to everybody but us, those of earlier versions too. Starts no process.
import { appendFileSync, chmodSync, existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Nobody else passes to a mirror. Those of earlier versions were open to be read by who knew where they lay: they are closed, and what git
 * writes from now on is ours alone.
 */
export function makePrivate(mirrors: string): void {
  chmodSync(mirrors, 0o700);
  for (const entry of readdirSync(mirrors, { withFileTypes: true })) {
    if (!entry.isDirectory() || !entry.name.endsWith('.git')) continue;
    const mirror = join(mirrors, entry.name);
    chmodSync(mirror, 0o700);
    const config = join(mirror, 'config');
    if (!existsSync(config) || /^[ \t]*sharedrepository\b/m.test(readFileSync(config, 'utf8'))) continue;
    closeToOthers(Buffer.from(mirror));
    appendFileSync(config, '[core]\n\tsharedrepository = 0600\n');
  }
}

/** Follows no link. Names are bytes. */
function closeToOthers(path: Buffer): void {
  const about = lstatSync(path);
  if (about.isSymbolicLink()) return;
  chmodSync(path, about.mode & 0o700);
  if (!about.isDirectory()) return;
  for (const name of readdirSync(path, 'buffer')) closeToOthers(Buffer.concat([path, Buffer.from('/'), name]));
}
