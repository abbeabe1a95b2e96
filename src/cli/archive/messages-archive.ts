// What `troupe backup` and `troupe restore` say.

/** Sentences about backups. */
export const archiveMessages = {
  exists: (file: string): string => `Cannot write ${file}: it is there already`,
  existsHint: 'Name another file, or write over it with --force.',
  noFolder: (folder: string): string => `Cannot write the backup: there is no folder ${folder}`,
  noFolderHint: 'Make it, or name a file in another folder.',
  notAFile: (file: string): string => `Cannot use ${file}: it is no file`,
  notAFileHint: 'Name the file that `troupe backup` wrote.',
  notABackup: (file: string): string => `Cannot restore ${file}: it is no backup of Troupe`,
  notABackupHint:
    'Name the file that `troupe backup` wrote; one that was compressed or encrypted has to be made whole first.',
  newer: (file: string, by: string): string => `Cannot restore ${file}: Troupe ${by} wrote it in a newer way`,
  newerHint: 'Update Troupe.',
  damaged: (file: string, why: string): string => `Cannot restore ${file}: ${why}`,
  damagedHint: 'Nothing was changed. Copy the file again from where it was kept, or take another backup.',
  cut: 'it is cut: its end is missing',
  strange: (name: string): string => `it holds "${name}", which belongs into no backup`,
  twice: (name: string): string => `it holds "${name}" twice`,
  missing: (name: string): string => `"${name}" is missing in it`,
  changed: (name: string): string => `"${name}" is not as it was written`,
  changedWhileRead: (path: string): string => `Cannot copy ${path}: it changed while it was read`,
  damagedValue: (name: string): string =>
    `${name} does not have the hash it is named by: the disk is failing, or somebody changed it`,
  copying: 'Copying the database …',
  written: (done: number, all: number): string => `${sizeOf(done)} of ${sizeOf(all)} written`,
  restoring: (done: number, all: number): string => `${sizeOf(done)} of ${sizeOf(all)} read`,
  made: (file: string, files: number, bytes: number): string =>
    `Wrote ${file}: ${files} files, ${sizeOf(bytes)}. Whoever reads it reads what people and personas wrote: keep it as you keep the data directory.`,
  restored: (directory: string, files: number, madeAt: string): string =>
    `Restored ${directory} as it was at ${madeAt}: ${files} files. Start Troupe on it: runs go on, and what came since then is looked up on GitHub.`,
};

const units = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

/** For people: `1.2 MB`. */
function sizeOf(bytes: number): string {
  const step = bytes < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${units[step] ?? ''}`;
}
