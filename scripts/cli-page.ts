// docs/cli.md, made from the commands themselves: usage, options, example, the schema of what `--json` prints.
import type { Command } from 'commander';
import { processIo } from '../src/cli/common/io.ts';
import { createProgram } from '../src/cli/program.ts';

/** The page. */
export async function cliPage(): Promise<string> {
  const io = processIo({}, () => undefined);
  const program = await createProgram(io, []);
  const commands = program.commands.flatMap((command) => [command, ...command.commands]);
  const listed = program.commands.map(
    (command) => `| [\`${command.name()}\`](#troupe-${command.name()}) | ${cell(command.description())} |`,
  );
  return `${[
    '# The command line',
    'Generated from the commands by `npm run generate`. `troupe <command> --help` says the same; in a checkout of Troupe `npm exec troupe -- <command>` starts it.',
    ['| command | |', '|---|---|', ...listed].join('\n'),
    exitCodes,
    machineOutput,
    terminal,
    ...commands.map((command) => sectionOf(command)),
  ].join('\n\n')}\n`;
}

/** What `troupe --help` prints: bin/help.txt, so that nothing has to be loaded for it. As wide as a terminal always is. */
export async function helpText(): Promise<string> {
  const lines: string[] = [];
  const program = await createProgram({ ...processIo({}, () => undefined), out: (text) => lines.push(text) }, []);
  program.configureOutput({ getOutHelpWidth: () => 80, getOutHasColors: () => false }).outputHelp();
  return `${lines.join('\n')}\n`;
}

const exitCodes = `## Exit codes

| code | meaning |
|---|---|
| 0 | done: the run succeeded, or ended with something left out that may be left out (degraded) |
| 1 | failed: the run, or what was asked for |
| 2 | invalid input: an option, a name, a file, a folder that cannot be used; nothing was started |
| 3 | the run waits for a person, or without a terminal for more than 15 minutes; \`troupe resume <run>\` goes on after the answer, or after that time |
| 130 | the run was cancelled, or left by Ctrl-C: then \`troupe resume <run>\` goes on |`;

const machineOutput = `## Machine output

With \`--json\` standard output holds that document and nothing else (\`logs\`: one document a line); words for people go to standard error. Where a command could not do it,
the document is \`{"error": {"code", "message", "hint", "exit_code"}}\` on one line, as [error.schema.json](../schema/cli/error.schema.json) says, and standard error has the same as a sentence. Each document has a
[published schema](../schema/cli). A schema describes what this version prints, key by key: take the one of the version you run.`;

const terminal = `## At a terminal

\`run\` and \`resume\` show one line a step. \`p\` pauses the run after what runs now and lets it go on, \`c\` cancels it after asking once, Ctrl-C leaves it as it is. Approvals and
questions are asked for at the prompt. In a pipe there are plain lines, no prompts and no keys: a run that waits for a person, however long the
person has, ends the command with exit code 3, and so does a \`delay\`, a retry or a rate limit of more than 15 minutes; for a shorter one the command stays. \`--auto-approve\`
gives every approval in its own name, for rehearsals and CI: nothing is merged on it, and the bot has no such switch. \`NO_COLOR\`
takes the colours away, \`TERM=dumb\` the redrawing.`;

function sectionOf(command: Command): string {
  const parent = command.parent?.parent === null ? '' : `${command.parent?.name()} `;
  const name = `${parent}${command.name()}`;
  const rows = [
    ...command.registeredArguments.map(
      (argument) => [usageOf(argument), argument.description, argument.defaultValue] as const,
    ),
    ...command.options.map((option) => [option.flags, option.description, option.defaultValue] as const),
  ].map(([flags, what, standard]) => `| \`${flags}\` | ${cell(what)}${defaultOf(standard)} |`);
  return [
    `## troupe ${name}`,
    `${sentence(command.description())}`,
    ...(rows.length === 0 ? [] : [['| | |', '|---|---|', ...rows].join('\n')]),
    `\`\`\`sh\n${exampleOf(command)}\n\`\`\``,
  ].join('\n\n');
}

function usageOf(argument: Command['registeredArguments'][number]): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function defaultOf(value: unknown): string {
  return typeof value === 'string' && value !== '' ? ` (default: \`${value}\`)` : '';
}

/** The lines below "Example:" in the help. */
function exampleOf(command: Command): string {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  const [, lines = ''] = /\nExamples?:\n((?: {2}.*\n?)+)/.exec(help) ?? [];
  return lines.replaceAll(/^ {2}/gm, '').trimEnd();
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
