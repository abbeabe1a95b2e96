// `troupe show`: one run with its steps. Reads beside a running bot.
import type { Command } from 'commander';
import { isoTime, processClock } from '../../support/index.ts';
import { showRun } from '../../view/index.ts';
import { dataDirOf, dataDirOption, stateOf, withReader } from '../common/data-dir.ts';
import type { Io } from '../common/io.ts';
import { endLines, placeOf, stepLine } from '../common/messages.ts';
import { printJson } from '../common/print-json.ts';
import { runAsJson } from '../common/run-as-json.ts';
import { waitingAnswers } from '../common/waiting-answers.ts';
import { waitingMessages } from '../common/messages-records.ts';
import { jsonOption } from '../common/options.ts';

interface Options {
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** Registers `troupe show`. */
export function registerShow(program: Command, io: Io): void {
  register('show', program, io);
}

/** Registers `troupe status`: the same by another name. */
export function registerStatus(program: Command, io: Io): void {
  register('status', program, io);
}

function register(name: 'show' | 'status', program: Command, io: Io): void {
  program
    .command(name)
    .argument('<run>', 'the run id')
    .description('show a run: task, steps with attempts and errors, branch, pull request, cost')
    .option(...dataDirOption)
    .option(...jsonOption('run'))
    .addHelpText('after', `\nExample:\n  troupe ${name} rabcdefghijklmno`)
    .action((run: string, options: Options) => printRun(run, options, io));
}

async function printRun(run: string, options: Options, io: Io): Promise<void> {
  const dataDir = dataDirOf(io, options.dataDir);
  const { state, waiting } = await withReader(dataDir, async (journal, { tickets }) => {
    const found = await stateOf(journal, run, dataDir);
    return { state: found, waiting: await waitingAnswers(tickets, found.id) };
  });
  if (options.json === true)
    return printJson<'run'>(io, { ...runAsJson(state), ...(waiting.length === 0 ? {} : { waiting: [...waiting] }) });
  const { task, workflow } = state.spec;
  const shown = showRun({ state });
  const place = placeOf(state.spec);
  io.out(`${state.id}  ${workflow.name}${place === undefined ? '' : `  ${place}`}`);
  io.out(`task: ${task.number === undefined ? '' : `#${task.number} `}${task.title}`);
  io.out(`started: ${isoTime(state.createdAt)}`);
  io.out('');
  for (const row of shown.rows) {
    const asked = waiting.filter(({ step }) => step === row.path);
    // who was asked stands below, with what the journal does not know
    io.out(stepLine(asked.length === 0 ? row : { ...row, why: '' }, processClock.now()));
    for (const one of asked) io.out(`    ${waitingMessages.line(one)}`);
  }
  io.out('');
  for (const line of endLines(shown)) io.out(line);
}
