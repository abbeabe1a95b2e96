// `troupe resume`: a paused run goes on where it is driven; a run of this desk that nobody drives is driven here.
import { defined } from '../../support/index.ts';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { isRunOver } from '../../engine/index.ts';
import { askOwner, control } from '../common/control.ts';
import { dataDirOf, dataDirOption, dataDirWords, stateOf, withReader } from '../common/data-dir.ts';
import { goOn } from '../desk/go-on.ts';
import type { Io } from '../common/io.ts';
import { jsonOption } from '../common/options.ts';
import { isForAll, sayAll, sayReply } from './control.ts';

interface Options {
  readonly config?: string;
  readonly answers?: string;
  readonly provider?: string;
  readonly autoApprove?: boolean;
  readonly dataDir?: string;
  readonly json?: boolean;
  readonly all?: boolean;
}

/** Registers `troupe resume`. */
export function registerResume(program: Command, io: Io): void {
  program
    .command('resume')
    .argument('[run]', 'the run id')
    .description(
      'let a paused or interrupted run go on; a run of `troupe run` goes on here, with what it was started with',
    )
    .option('--all', 'everything that was stopped with `troupe pause --all`')
    .option('--config <file>', 'another server file than the run was started with')
    .option('--provider <name>', 'another provider of personas that name none')
    .option('--answers <file>', 'rehearse the rest: every persona answers from this file')
    .option('--auto-approve', 'give every approval at once, in the name of this option; nothing is merged on it')
    .option(...dataDirOption)
    .option(...jsonOption('run'))
    .addHelpText(
      'after',
      '\nExample:\n  troupe resume rabcdefghijklmno\n\nOf a run that another process drives --json prints schema/cli/control.schema.json, with --all schema/cli/halt.schema.json.',
    )
    .action((run: string | undefined, options: Options) =>
      isForAll(run, options) ? sayAll(false, options, io) : resume(run ?? '', options, io),
    );
}

async function resume(named: string, options: Options, io: Io): Promise<void> {
  const dataDir = dataDirOf(io, options.dataDir);
  const state = await withReader(dataDir, (journal) => stateOf(journal, named, dataDir));
  const json = options.json === true;
  const wish = { verb: 'resume', run: named } as const;
  const isOurs = state.spec.host === 'cli' && !isRunOver(state.status);
  const reply = isOurs ? await askOwner(dataDir, wish) : await control(dataDir, wish);
  if (reply !== undefined) return sayReply(reply, { json, where: dataDirWords(io, dataDir) }, io);
  const { config, answers, provider, autoApprove } = options;
  return goOn({
    state,
    dataDir,
    io,
    json,
    ...defined({ autoApprove }),
    given: {
      ...(config === undefined ? {} : { config: resolve(io.cwd, config) }),
      ...(answers === undefined ? {} : { answers: resolve(io.cwd, answers) }),
      ...defined({ provider }),
    },
  });
}
