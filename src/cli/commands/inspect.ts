// `troupe inspect`: everything the journal knows of one step — input, result, checkpoint, effects — already redacted when it was written.
import type { Command } from 'commander';
import { runScope } from '../../engine/index.ts';
import { dataDirOf, dataDirOption, stateOf, stepFrom, withReader } from '../common/data-dir.ts';
import type { Io } from '../common/io.ts';
import { printJson } from '../common/print-json.ts';
import { jsonOption } from '../common/options.ts';

interface Options {
  readonly step: string;
  readonly dataDir?: string;
}

/** Registers `troupe inspect`. */
export function registerInspect(program: Command, io: Io): void {
  program
    .command('inspect')
    .argument('<run>', 'the run id')
    .description('print what a step was given and what came of it, with the variables it saw, as JSON')
    .requiredOption('--step <id>', 'the step')
    .option(...dataDirOption)
    .option(...jsonOption('inspect'))
    .addHelpText('after', '\nExample:\n  troupe inspect rabcdefghijklmno --step qa')
    .action((run: string, options: Options) => inspectStep(run, options, io));
}

async function inspectStep(run: string, options: Options, io: Io): Promise<void> {
  const dataDir = dataDirOf(io, options.dataDir);
  const state = await withReader(dataDir, (journal) => stateOf(journal, run, dataDir));
  const step = stepFrom(state, options.step);
  const { variables, inputs } = runScope(state, step.path);
  printJson<'inspect'>(io, { run: state.id, step, variables, inputs, facts: state.facts });
}
