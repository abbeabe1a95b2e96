// `troupe logs`: the journal of a run, followed on request. Reads beside a running bot.
import type { Command } from 'commander';
import { dataDirOf, dataDirOption, runIdFrom, stateOf, stepFrom, withReader } from '../common/data-dir.ts';
import type { Io } from '../common/io.ts';
import { eventLine } from '../common/messages.ts';
import { printJsonLine } from '../common/print-json.ts';
import { jsonOption } from '../common/options.ts';

interface Options {
  readonly follow?: boolean;
  readonly step?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** Registers `troupe logs`. */
export function registerLogs(program: Command, io: Io): void {
  program
    .command('logs')
    .argument('<run>', 'the run id')
    .description('print what happened to a run, in order')
    .option('-f, --follow', 'go on until the run has ended')
    .option('--step <id>', 'only this step')
    .option(...dataDirOption)
    .option(...jsonOption('logs'))
    .addHelpText('after', '\nExample:\n  troupe logs rabcdefghijklmno --follow')
    .action((run: string, options: Options) => printLog(run, options, io));
}

async function printLog(run: string, options: Options, io: Io): Promise<void> {
  const dataDir = dataDirOf(io, options.dataDir);
  const abort = new AbortController();
  const stop = io.onInterrupt(() => abort.abort());
  await withReader(dataDir, async (journal) => {
    const state = await stateOf(journal, run, dataDir);
    const step = options.step === undefined ? undefined : stepFrom(state, options.step).path;
    const events =
      options.follow === true ? journal.events(runIdFrom(run), 0, abort.signal) : await journal.read(runIdFrom(run));
    for await (const event of events) {
      if (step !== undefined && event.step !== step) continue;
      if (options.json === true) printJsonLine<'logs'>(io, event);
      else io.out(eventLine(event));
    }
  });
  stop();
}
