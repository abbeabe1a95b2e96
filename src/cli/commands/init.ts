// `troupe init`: the first files of a repository — a workflow, the settings, answers to rehearse with. Overwrites nothing.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { checkWorkflow } from '../../definition/index.ts';
import { builtInPersonasDir, builtInWorkflows, localFiles, readyAgents } from '../../host/index.ts';
import { loadPersonas } from '../../personas/index.ts';
import { nearest, TroupeError, defined } from '../../support/index.ts';
import { askInit } from '../common/ask-init.ts';
import { readConfiguration } from '../common/configuration.ts';
import { findingLines } from '../common/findings.ts';
import { repositoryFile } from '../../coordinator/index.ts';
import { initFiles, workflowFile } from '../common/init-files.ts';
import type { InitChoice } from '../common/init-files.ts';
import { exitCodes } from '../common/io.ts';
import type { Io } from '../common/io.ts';
import { initMessages as say } from '../common/messages-records.ts';
import { jsonOption } from '../common/options.ts';
import { printJson } from '../common/print-json.ts';
import { rootAround } from '../common/repository-of.ts';
import { shellWord } from '../common/shell-word.ts';
import { writeNewFiles } from '../common/write-new-files.ts';

interface Options {
  readonly template?: string;
  readonly provider?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** Registers `troupe init`. */
export function registerInit(program: Command, io: Io): void {
  program
    .command('init')
    .description('write a first workflow, the settings and answers to rehearse with into .github/; asks on a terminal')
    .option('--template <id>', 'the built-in workflow to start from (default: project-loop, or you are asked)')
    .option('--provider <name>', 'the provider that the steps name (default: the server’s default, or you are asked)')
    .option('--config <file>', 'the server file whose providers you are asked about')
    .option(...jsonOption('init'))
    .addHelpText('after', '\nExample:\n  troupe init --template hotfix')
    .action((options: Options) => init(options, io));
}

async function init(options: Options, io: Io): Promise<void> {
  const templates = builtInWorkflows();
  const choice = await choiceOf(options, templates, io);
  if (choice === undefined) {
    io.note(say.nothingWritten);
    return io.exit(exitCodes.cancelled);
  }
  const root = rootAround(io.cwd);
  const { agents } = readConfiguration(io, { here: false, ...defined({ config: options.config }) });
  const ready = readyAgents(agents);
  const there = new Set(readdirSync(root));
  const files = initFiles(choice, { template: templates.get(choice.template) ?? '', there, agents: ready });
  const { written, kept } = writeNewFiles(root, files);
  const file = workflowFile(choice);
  const personas = await loadPersonas(localFiles(root), builtInPersonasDir());
  const checked = checkWorkflow(
    { id: choice.template, file, text: readFileSync(join(root, file), 'utf8') },
    { personas: personas.known, unusablePersonas: personas.unusable },
  );
  if (options.json === true) printJson<'init'>(io, { written, kept, valid: checked.ok, findings: checked.findings });
  else {
    if (root !== io.cwd) io.out(say.atRoot(root));
    for (const path of written) io.out(say.wrote(path));
    for (const path of kept) io.out(say.exists(path));
    for (const line of findingLines(checked.findings)) io.out(line);
    if (checked.ok) io.out(say.isValid(file));
    const next = {
      workflow: choice.template,
      rehearsal: repositoryFile.rehearsalPath,
      agent: ready[0]?.name,
      isNew: !there.has('.git'),
    };
    for (const line of say.next({ ...next, folder: root === io.cwd ? undefined : shellWord(root) })) io.out(line);
  }
  io.exit(checked.ok ? exitCodes.ok : exitCodes.invalid);
}

async function choiceOf(
  { template, provider, config, json }: Options,
  templates: ReadonlyMap<string, string>,
  io: Io,
): Promise<InitChoice | undefined> {
  if (template !== undefined && !templates.has(template)) {
    const names = [...templates.keys()];
    throw new TroupeError('cli/no-workflow', say.noTemplate(template, nearest(template, names)), {
      class: 'config',
      hint: say.templatesHint(names),
    });
  }
  const terminal = json === true || (template !== undefined && provider !== undefined) ? undefined : io.terminal();
  if (terminal === undefined) return { template: template ?? 'project-loop', provider: provider ?? '' };
  const { providers, serverFile, agents } = readConfiguration(io, { here: false, ...defined({ config }) });
  const offered = serverFile.agents === undefined ? [...providers.names] : readyAgents(agents).map(({ name }) => name);
  return askInit(terminal, {
    templates: new Map([...templates].map(([id, text]) => [id, /^description: (.*)$/m.exec(text)?.[1] ?? ''])),
    providers: offered,
    given: { ...defined({ template, provider }) },
  });
}
