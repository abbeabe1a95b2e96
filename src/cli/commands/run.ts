// `troupe run`: one workflow on a local working copy, from a task to a branch.
import type { Command } from 'commander';
import { isRunOver } from '../../engine/index.ts';
import { inspectWorkingCopy } from '../../git/index.ts';
import { readConfiguration } from '../common/configuration.ts';
import { runIdFrom, stateOf, withReader } from '../common/data-dir.ts';
import { tellEnd } from '../desk/end.ts';
import { workflowInFile } from '../desk/given-workflow.ts';
import { goOn } from '../desk/go-on.ts';
import { collect, withAnswers, withRecords, withTask } from '../desk/run-options.ts';
import { deskDataDir, startedWith, startRun } from '../desk/start-run.ts';
import type { StartOptions } from '../desk/start-run.ts';
import type { Io } from '../common/io.ts';
import { resolve } from 'node:path';

interface Options extends StartOptions {
  readonly resume?: string;
}

/** Registers `troupe run`. */
export function registerRun(program: Command, io: Io): void {
  const command = program
    .command('run')
    .argument('[workflow]', 'the workflow id, or a workflow file (.yml)', 'project-loop')
    .description('run a workflow on this working copy: the work appears on a branch, your files stay as they are');
  withTask(command).option('--input <name=value>', 'an input of the workflow; again for more', collect);
  withAnswers(command)
    .option('--collect-errors', 'run independent steps on after a failure and report all of them')
    .option('--output <name>', 'print only this output of the run on standard output')
    .option('--resume <run>', 'go on with an interrupted run, as `troupe resume` does');
  withRecords(command)
    .addHelpText(
      'after',
      '\nExamples:\n  troupe run hotfix --task "Fix the rounding" --config troupe.config.yml\n  troupe run ./draft.yml --task "Try it" --answers answers.yml\n  gh issue view 7 --json title,body,labels,number | troupe run feature --issue -',
    )
    .action((workflow: string, options: Options) => run(workflow, options, io));
}

function run(named: string, options: Options, io: Io): Promise<void> {
  if (options.resume !== undefined) return resumeRun(options.resume, options, io);
  const given = workflowInFile(named, io.cwd);
  if (given === undefined) return startRun({ workflowId: named }, options, io);
  return startRun({ workflowId: given.id, given, words: { file: resolve(io.cwd, named) } }, options, io);
}

/** `run --resume`: an ended run is told again. */
async function resumeRun(named: string, options: Options, io: Io): Promise<void> {
  const copy = await inspectWorkingCopy(io.cwd, readConfiguration(io, { here: false }).redactor);
  const dataDir = deskDataDir(copy, options, io);
  const id = runIdFrom(named);
  const state = await withReader(dataDir, (journal) => stateOf(journal, id, dataDir));
  const json = options.json === true;
  if (isRunOver(state.status)) return tellEnd(state, { json, interrupted: false }, io);
  const { autoApprove } = options;
  const approving = autoApprove === undefined ? {} : { autoApprove };
  return goOn({ state, dataDir, io, json, given: startedWith(options, io), ...approving });
}
