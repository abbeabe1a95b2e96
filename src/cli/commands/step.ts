// `troupe step run`: one step alone on a local working copy, without a workflow file. For trying a persona or an operation.
import type { Command } from 'commander';
import { workflowOfStep } from '../desk/given-workflow.ts';
import { collect, withAnswers, withRecords, withTask } from '../desk/run-options.ts';
import { startRun } from '../desk/start-run.ts';
import type { StartOptions } from '../desk/start-run.ts';
import type { Io } from '../common/io.ts';

interface Options extends Omit<StartOptions, 'input'> {
  readonly with?: readonly string[];
}

const example =
  '\nExample:\n  troupe step run persona-request --with persona=code-reviewer --task "Review the last change" --config troupe.config.yml';

/** Registers `troupe step`. */
export function registerStep(program: Command, io: Io): void {
  const step = program
    .command('step')
    .description('try one step alone: a persona, an operation')
    .addHelpText('after', example);
  const command = step
    .command('run')
    .argument('<type>', 'the type of the step: persona-request, git-operation …')
    .description('run one step on this working copy, as a workflow of that step alone would')
    .option('--with <key=value>', 'a key of the step, its value as in a workflow file; again for more', collect);
  withRecords(withAnswers(withTask(command)))
    .addHelpText('after', example)
    .action((type: string, options: Options) => {
      const keys = options.with ?? [];
      const given = workflowOfStep(type, keys);
      const words = { step: [type, ...keys.flatMap((key) => ['--with', key])] };
      return startRun({ workflowId: given.id, given, words }, options, io);
    });
}
