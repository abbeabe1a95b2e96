// `troupe completion`: a script that completes commands and options in a shell. Made from the commands themselves.
import type { Command } from 'commander';
import { TroupeError } from '../../support/index.ts';
import type { Io } from '../common/io.ts';
import { completionMessages as say } from '../common/messages-records.ts';
import { printJson } from '../common/print-json.ts';
import { jsonOption } from '../common/options.ts';

/** Registers `troupe completion`. */
export function registerCompletion(program: Command, io: Io, all: () => Promise<Command>): void {
  program
    .command('completion')
    .argument('<shell>', 'bash, zsh or fish')
    .description('print a completion script for your shell')
    .option(...jsonOption('completion'))
    .addHelpText('after', '\nExample:\n  source <(troupe completion bash)')
    .action(async (shell: string, options: { readonly json?: boolean }) => {
      const commands = (await all()).commands.flatMap((command) => [
        completed(command, command.name()),
        ...command.commands.map((inner) => completed(inner, `${command.name()} ${inner.name()}`)),
      ]);
      if (options.json === true) return printJson<'completion'>(io, { commands });
      const script = scripts[shell];
      if (script === undefined)
        throw new TroupeError('cli/bad-shell', say.badShell(shell), { class: 'config', hint: say.shellsHint });
      io.out(script(commands));
    });
}

interface Completed {
  readonly name: string;
  readonly description: string;
  readonly options: readonly string[];
}

function completed(command: Command, name: string): Completed {
  return {
    name,
    description: command.description(),
    options: command.options.map(({ long }) => long ?? '').filter((long) => long !== ''),
  };
}

/** What may follow each command: its options, or the commands below it with theirs. */
function following(commands: readonly Completed[]): readonly (Completed & { readonly inner: readonly string[] })[] {
  return commands
    .filter(({ name }) => !name.includes(' '))
    .map((command) => {
      const below = commands.filter(({ name }) => name.startsWith(`${command.name} `));
      return {
        ...command,
        inner: below.map(({ name }) => name.slice(command.name.length + 1)),
        options: [...new Set([...command.options, ...below.flatMap(({ options }) => options)])],
      };
    });
}

const scripts: Readonly<Record<string, (commands: readonly Completed[]) => string>> = { bash, zsh, fish };

function bash(commands: readonly Completed[]): string {
  const known = following(commands);
  const cases = known.map(
    ({ name, options, inner }) => `    ${name}) words="${[...inner, ...options, '--help'].join(' ')}" ;;`,
  );
  return `_troupe() {
  local current=\${COMP_WORDS[COMP_CWORD]} words
  case \${COMP_CWORD},\${COMP_WORDS[1]} in
    1,*) words="${known.map(({ name }) => name).join(' ')}" ;;
${cases.map((line) => line.replace(/^ {4}/, '    *,')).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _troupe troupe`;
}

function zsh(commands: readonly Completed[]): string {
  return `#compdef troupe
autoload -U +X bashcompinit && bashcompinit
${bash(commands)}`;
}

function fish(commands: readonly Completed[]): string {
  return following(commands)
    .flatMap(({ name, description, options, inner }) => [
      `complete -c troupe -n __fish_use_subcommand -a ${name} -d '${description.replaceAll("'", "\\'")}'`,
      ...(inner.length === 0
        ? []
        : [`complete -c troupe -n '__fish_seen_subcommand_from ${name}' -a '${inner.join(' ')}'`]),
      ...options.map(
        (option) => `complete -c troupe -n '__fish_seen_subcommand_from ${name}' -l ${option.replace(/^--/, '')}`,
      ),
    ])
    .join('\n');
}
