// Whether a folder can be written right now: tries it with a file of some size, which it takes away again.
import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What work usually writes at once. */
const bytes = 256 * 1024;

/** Throws what the system said. */
export async function probeWrite(folder: string): Promise<void> {
  const file = join(folder, `.probe-${randomBytes(6).toString('hex')}`);
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(Buffer.alloc(bytes, 1));
      await handle.sync();
    } finally {
      await handle.close();
    }
  } finally {
    await rm(file, { force: true }).catch(() => undefined);
  }
}
