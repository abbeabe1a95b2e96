// `troupe demo`: registers it; cli/demo does it.
import type { Command } from 'commander';
import { builtInWorkflows } from '../../host/index.ts';
import { nearest, TroupeError } from '../../support/index.ts';
import { runDemo } from '../demo/demo.ts';
import type { DemoOptions } from '../demo/demo.ts';
import type { Io } from '../common/io.ts';
import { cliMessages } from '../common/messages.ts';
import { jsonOption, portFrom } from '../common/options.ts';

/** Registers `troupe demo`. */
export function registerDemo(program: Command, io: Io): void {
  program
    .command('demo')
    .description('see it work: a GitHub on this machine, an issue, a label, a pull request that fixes the test')
    .option('--keep', 'leave everything up until Ctrl-C')
    .option('--workflow <id>', 'the workflow whose label is put on', 'project-loop')
    .option('--provider <name>', 'let this provider of the server file do the work instead of the script')
    .option('--config <file>', 'the server file with that provider')
    .option('--port <port>', 'where the local GitHub listens (default: any free port)', portFrom, 0)
    .option(...jsonOption('demo'))
    .addHelpText('after', '\nExample:\n  troupe demo --keep')
    .action((options: DemoOptions) => {
      requireWorkflow(options.workflow);
      return runDemo(options, io);
    });
}

/** The repository of the demo has no workflows of its own. */
function requireWorkflow(id: string): void {
  const known = [...builtInWorkflows().keys()];
  if (known.includes(id)) return;
  throw new TroupeError('cli/no-workflow', cliMessages.noWorkflow(id, nearest(id, known)), {
    class: 'config',
    hint: cliMessages.workflowsHint(known),
  });
}
