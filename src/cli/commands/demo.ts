// `troupe demo`: registers it; cli/demo does it.
import type { Command } from 'commander';
import { runDemo } from '../demo/demo.ts';
import type { DemoOptions } from '../demo/demo.ts';
import type { Io } from '../common/io.ts';
import { jsonOption } from '../common/options.ts';

/** Registers `troupe demo`. */
export function registerDemo(program: Command, io: Io): void {
  program
    .command('demo')
    .description('see it work: a GitHub on this machine, an issue, a label, a pull request that fixes the test')
    .option('--keep', 'leave everything up until Ctrl-C')
    .option('--workflow <id>', 'the workflow whose label is put on', 'project-loop')
    .option('--provider <name>', 'let this provider of the server file do the work instead of the script')
    .option('--config <file>', 'the server file with that provider')
    .option('--port <port>', 'where the local GitHub listens (default: any free port)', Number, 0)
    .option(...jsonOption('demo'))
    .addHelpText('after', '\nExample:\n  npm run demo -- --keep')
    .action((options: DemoOptions) => runDemo(options, io));
}
