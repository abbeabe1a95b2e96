// A machine that is lost and comes back from a backup: the data directory is gone, and another bot goes on with what the backup has.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readBackup } from '../../src/cli/archive/read-backup.ts';
import { writeBackup } from '../../src/cli/archive/write-backup.ts';
import type { BackupDone } from '../../src/cli/archive/write-backup.ts';
import type { Story } from './story.ts';

const file = (told: Pick<Story, 'dir'>): string => join(told.dir, 'kept.tar');

/** Takes a backup of the bot at work. */
export function backUp(told: Pick<Story, 'dir' | 'dataDir'>): Promise<BackupDone> {
  const wish = { version: '0.0.0-test', now: Date.now(), force: false, tell: () => undefined };
  return writeBackup({ ...wish, dataDir: told.dataDir, file: file(told) });
}

/** The bot is gone with all that it had; another one begins with the backup. */
export async function loseAndRestore(told: Story): Promise<void> {
  await told.stopBot();
  rmSync(told.dataDir, { recursive: true });
  await readBackup({ file: file(told), dataDir: told.dataDir, now: Date.now(), tell: () => undefined });
  await told.startBot({ wrap: {} });
}
