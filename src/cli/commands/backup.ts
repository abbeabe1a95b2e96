// `troupe backup` and `troupe restore`: everything that runs need to go on, in one file. Reads beside a running bot; restores where nothing is.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { troupeVersion } from '../../host/index.ts';
import { isoTime, processClock } from '../../support/index.ts';
import { archiveMessages } from '../archive/messages-archive.ts';
import { readBackup } from '../archive/read-backup.ts';
import { writeBackup } from '../archive/write-backup.ts';
import { dataDirNamed, dataDirOf, dataDirOption } from '../common/data-dir.ts';
import { requireFolder } from '../common/data-folder.ts';
import type { Io } from '../common/io.ts';
import { jsonOption } from '../common/options.ts';
import { printJson } from '../common/print-json.ts';

interface Options {
  readonly dataDir?: string;
  readonly json?: boolean;
  readonly force?: boolean;
}

/** Registers `troupe backup`. */
export function registerBackup(program: Command, io: Io): void {
  program
    .command('backup')
    .argument('<file>', 'the file to write')
    .description('write everything that runs need to go on into one file, beside a running bot or without one')
    .option('--force', 'write over a file that is there')
    .option(...dataDirOption)
    .option(...jsonOption('backup'))
    .addHelpText('after', '\nExample:\n  troupe backup /backups/troupe-2026-11-30.tar')
    .action((file: string, options: Options) => backup(file, options, io));
}

/** Registers `troupe restore`. */
export function registerRestore(program: Command, io: Io): void {
  program
    .command('restore')
    .argument('<file>', 'the file that `troupe backup` wrote')
    .description('put a backup into a data directory that is empty or not there; nothing is written over')
    .option(...dataDirOption)
    .option(...jsonOption('restore'))
    .addHelpText('after', '\nExample:\n  troupe restore /backups/troupe-2026-11-30.tar --data-dir /var/lib/troupe')
    .action((file: string, options: Options) => restore(file, options, io));
}

async function backup(file: string, options: Options, io: Io): Promise<void> {
  const done = await writeBackup({
    dataDir: dataDirOf(io, options.dataDir),
    file: resolve(io.cwd, file),
    force: options.force === true,
    version: troupeVersion(),
    now: processClock.now(),
    tell: teller(options, io),
  });
  const { files, made_at, store_format, troupe } = done.manifest;
  const path = resolve(io.cwd, file);
  if (options.json === true)
    return printJson<'backup'>(io, {
      file: path,
      bytes: done.bytes,
      files: files.length,
      madeAt: Date.parse(made_at),
      storeFormat: store_format,
      troupe,
      warnings: done.warnings,
    });
  for (const warning of done.warnings) io.note(warning);
  io.out(archiveMessages.made(path, files.length, done.bytes));
}

async function restore(file: string, options: Options, io: Io): Promise<void> {
  const dataDir = requireFolder(dataDirNamed(io, options.dataDir), 'write');
  const manifest = await readBackup({
    file: resolve(io.cwd, file),
    dataDir,
    now: processClock.now(),
    tell: teller(options, io),
  });
  const madeAt = Date.parse(manifest.made_at);
  if (options.json === true)
    return printJson<'restore'>(io, {
      directory: dataDir,
      files: manifest.files.length,
      madeAt,
      storeFormat: manifest.store_format,
      troupe: manifest.troupe,
    });
  io.out(archiveMessages.restored(dataDir, manifest.files.length, isoTime(madeAt)));
}

/** Progress is for people. */
function teller({ json }: Options, io: Io): (line: string) => void {
  return json === true ? () => undefined : (line) => io.note(line);
}
