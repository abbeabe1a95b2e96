// `troupe personas show`: what a persona would be sent for a task, byte for byte. Asks nobody, and leaves nothing behind.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { builtInPersonasDir, localFiles } from '../../host/index.ts';
import { loadPersonas } from '../../personas/index.ts';
import { byteLength, defined } from '../../support/index.ts';
import { readConfiguration } from '../common/configuration.ts';
import { findingLines } from '../common/findings.ts';
import { exitCodes } from '../common/io.ts';
import type { Io } from '../common/io.ts';
import { knownPersona } from '../common/known-persona.ts';
import { recordMessages } from '../common/messages-records.ts';
import { jsonOption } from '../common/options.ts';
import { printJson } from '../common/print-json.ts';
import { rootAround } from '../common/repository-of.ts';
import { previewPrompt } from '../desk/preview-prompt.ts';
import { taskFrom } from '../desk/wanted-run.ts';

interface Options {
  readonly task?: string;
  readonly body?: string;
  readonly issue?: string;
  readonly config?: string;
  readonly provider?: string;
  readonly json?: boolean;
}

const help = `
Examples:
  troupe personas show code-reviewer --task issue.json
  troupe personas show lead-engineer --task "Fix the rounding"
  gh issue view 7 --json number,title,body,labels,comments | troupe personas show qa-engineer --issue -

issue.json is an issue as GitHub's API or \`gh issue view --json …\` prints it; only "title" is needed:
  { "number": 7, "title": "The sum is wrong", "body": "…", "labels": ["bug"], "author": { "login": "alice" },
    "comments": [{ "author": { "login": "bob" }, "authorAssociation": "OWNER", "body": "Round half up." }] }

The prompt stands on standard output, the size of each part on standard error. It is what
\`troupe step run persona-request --with persona=<id>\` sends with the same task; in a workflow the results of the steps before are added.`;

/** Registers `show` under `troupe personas`. */
export function registerPersonaPrompt(personas: Command, io: Io): void {
  personas
    .command('show')
    .argument('<id>', 'the persona')
    .description('print what a persona would be sent for a task, byte for byte')
    .option(
      '--task <task>',
      'a JSON file of an issue (issue.json), or what is to be done in words; - reads words from standard input',
    )
    .option('--body <text>', 'more about it')
    .option('--issue <file>', 'the task as JSON; - reads standard input')
    .option('--config <file>', 'the server file with the providers')
    .option('--provider <name>', 'the provider of personas that name none')
    .option(...jsonOption('prompt'))
    .addHelpText('after', help)
    .action((id: string, _own: Options, command: Command) => showPrompt(id, command.optsWithGlobals(), io));
}

async function showPrompt(id: string, options: Options, io: Io): Promise<void> {
  const loaded = await loadPersonas(localFiles(rootAround(io.cwd)), builtInPersonasDir());
  const file = loaded.unusable.get(id);
  if (file !== undefined) {
    for (const line of findingLines(loaded.findings.filter((one) => one.file === file))) io.note(line);
    return io.exit(exitCodes.invalid);
  }
  const persona = knownPersona(id, loaded.personas);
  const task = await taskFrom(asIssue(options, io), io);
  const configuration = readConfiguration(io, {
    here: false,
    ...defined({ config: options.config, provider: options.provider }),
  });
  const { text, sections = [], model } = await previewPrompt(persona.id, task, { cwd: io.cwd, configuration });
  const bytes = byteLength(text);
  if (options.json === true) {
    printJson<'prompt'>(io, {
      persona: persona.id,
      source: persona.source,
      bytes,
      sections,
      text,
      ...defined({ model }),
    });
    return;
  }
  for (const section of sections) io.note(recordMessages.section(section));
  io.note(recordMessages.promptSize(bytes));
  // the line's end is printed with it
  io.out(text.replace(/\n$/, ''));
}

/** `--task issue.json` is the file; anything else is words. */
function asIssue({ task, body, issue }: Options, io: Io): Pick<Options, 'task' | 'body' | 'issue'> {
  const isFile =
    task !== undefined && issue === undefined && /\.json$/i.test(task) && existsSync(resolve(io.cwd, task));
  return isFile ? { issue: task } : defined({ task, body, issue });
}
