// The options of every command that starts a run, with one wording.
import { Option } from 'commander';
import type { Command } from 'commander';
import { environmentOption } from '../common/environment-option.ts';
import { jsonOption } from '../common/options.ts';
import { onFailureWords } from './on-failure.ts';

/** Adds what is to be done and who answers. */
export function withTask(command: Command): Command {
  return command
    .option('--task <title>', 'what is to be done; - reads it from standard input: first line title, then more')
    .option('--body <text>', 'more about it')
    .option(
      '--issue <file>',
      'the task as JSON (an issue of the API or of `gh issue view --json …`); - reads standard input',
    );
}

/** Adds providers, rehearsals and failures. */
export function withAnswers(command: Command): Command {
  return command
    .option('--config <file>', 'the server file with providers and limits')
    .option('--provider <name>', 'the provider of personas that name none')
    .option(...environmentOption)
    .option('--answers <file>', 'rehearse: every persona answers from this file')
    .option('--offline', 'ask nobody over the network: refuse to start unless scripts give every answer')
    .option('--auto-approve', 'give every approval at once, in the name of this option; nothing is merged on it')
    .option('--dry-run', 'only say what would be done; nothing is started or written')
    .addOption(
      new Option('--on-failure <word>', 'what every step does when it fails, whatever the file says').choices(
        onFailureWords,
      ),
    );
}

/** Adds where the run is kept, and machine output. */
export function withRecords(command: Command): Command {
  return command
    .option('--data-dir <folder>', 'where the run is kept (default: .troupe in the working copy)')
    .option(...jsonOption('run'));
}

/** An option that may be said again. */
export function collect(value: string, all: readonly string[] = []): readonly string[] {
  return [...all, value];
}
