// `troupe runs`: lists runs. Reads beside a running bot.
import type { Command } from 'commander';
import type { RunStatus } from '../../engine/index.ts';
import { nearest, TroupeError, defined } from '../../support/index.ts';
import { dataDirOf, dataDirOption, withReader } from '../common/data-dir.ts';
import type { Io } from '../common/io.ts';
import { cliMessages, runLine } from '../common/messages.ts';
import { printJson } from '../common/print-json.ts';
import { jsonOption, limitFrom, sinceFrom } from '../common/options.ts';
import { runStatuses } from '../schemas/run-statuses.ts';

interface Options {
  readonly status?: string;
  readonly workflow?: string;
  readonly since?: string;
  readonly limit: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** Registers `troupe runs`. */
export function registerRuns(program: Command, io: Io): void {
  program
    .command('runs')
    .description('list runs, newest first')
    .option('--status <status>', `only this status: ${runStatuses.join(', ')}`)
    .option('--workflow <id>', 'only this workflow')
    .option('--since <when>', 'a duration (2d) or a date (2026-11-20)')
    .option('--limit <count>', 'at most so many', '20')
    .option(...dataDirOption)
    .option(...jsonOption('runs'))
    .addHelpText('after', '\nExample:\n  troupe runs --status failed --since 2d')
    .action((options: Options) => listRuns(options, io));
}

async function listRuns(options: Options, io: Io): Promise<void> {
  const dataDir = dataDirOf(io, options.dataDir);
  const page = await withReader(dataDir, (journal) =>
    journal.list({
      limit: limitFrom(options.limit),
      ...(options.status === undefined ? {} : { status: [statusFrom(options.status)] }),
      ...defined({ workflow: options.workflow }),
      ...(options.since === undefined ? {} : { since: sinceFrom(options.since) }),
    }),
  );
  if (options.json === true) return printJson<'runs'>(io, { runs: page.items, next: page.next ?? null });
  if (page.items.length === 0) return io.note(cliMessages.noRuns(dataDir));
  for (const run of page.items) io.out(runLine(run));
}

function statusFrom(text: string): RunStatus {
  const found = runStatuses.find((status) => status === text);
  if (found !== undefined) return found;
  throw new TroupeError('cli/bad-status', cliMessages.badStatus(text, nearest(text, runStatuses)), { class: 'config' });
}
