// `troupe graph` and `troupe describe`: a workflow as a Mermaid graph, or as a page for people.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { checkWorkflow, describeWorkflow, workflowGraph } from '../../definition/index.ts';
import type { Workflow } from '../../definition/index.ts';
import { builtInPersonasDir, builtInWorkflows, localFiles } from '../../host/index.ts';
import { loadPersonas } from '../../personas/index.ts';
import { nearest, TroupeError } from '../../support/index.ts';
import { findingLines } from '../findings.ts';
import type { Io } from '../io.ts';
import { cliMessages } from '../messages.ts';
import { printJson } from '../print-json.ts';
import { repositoryOf, rootAround } from '../repository-of.ts';
import { jsonOption } from '../options.ts';

interface Options {
  readonly json?: boolean;
}

/** Registers `troupe graph`. */
export function registerGraph(program: Command, io: Io): void {
  program
    .command('graph')
    .argument('<workflow>', 'a workflow file, or the id of a workflow here or a built-in one')
    .description('print a workflow as a Mermaid graph')
    .option(...jsonOption('graph'))
    .addHelpText('after', '\nExample:\n  troupe graph project-loop')
    .action(async (name: string, options: Options) => {
      const graph = workflowGraph(await readWorkflow(name, io));
      if (options.json === true) printJson<'graph'>(io, { mermaid: graph });
      else io.out(graph);
    });
}

/** Registers `troupe describe`. */
export function registerDescribe(program: Command, io: Io): void {
  program
    .command('describe')
    .argument('<workflow>', 'a workflow file, or the id of a workflow here or a built-in one')
    .description('print a page about a workflow: what starts it, its steps, its inputs')
    .option(...jsonOption('describe'))
    .addHelpText('after', '\nExample:\n  troupe describe feature')
    .action(async (name: string, options: Options) => {
      const workflow = await readWorkflow(name, io);
      if (options.json === true) printJson<'describe'>(io, workflow);
      else io.out(describeWorkflow(workflow));
    });
}

async function readWorkflow(name: string, io: Io): Promise<Workflow> {
  const builtIn = builtInWorkflows();
  const own = workflowsIn(rootAround(io.cwd));
  const path = own.get(name) ?? resolve(io.cwd, name);
  const isFile = existsSync(path) && statSync(path).isFile();
  const text = isFile ? readFileSync(path, 'utf8') : builtIn.get(name);
  if (text === undefined) {
    const known = [...new Set([...own.keys(), ...builtIn.keys()])].toSorted();
    throw new TroupeError('cli/no-workflow', cliMessages.noWorkflow(name, nearest(name, known)), {
      class: 'config',
      hint: cliMessages.workflowsHint(known),
    });
  }
  const id = isFile ? basename(path).replace(/\.ya?ml$/, '') : name;
  const personas = await loadPersonas(isFile ? localFiles(repositoryOf(path)) : undefined, builtInPersonasDir());
  const checked = checkWorkflow(
    { id, file: isFile ? relative(io.cwd, path) : `built-in/${name}.yml`, text, builtIn: !isFile },
    { personas: personas.known },
  );
  if (checked.ok) return checked.workflow;
  throw new TroupeError(
    'cli/workflow-mistakes',
    [cliMessages.workflowMistakes(id), ...findingLines(checked.findings)].join('\n'),
    { class: 'config' },
  );
}

/** The repository's own, by id: they come before built-in ones. */
function workflowsIn(folder: string): ReadonlyMap<string, string> {
  const dir = join(folder, '.github/troupe/workflows');
  if (!existsSync(dir)) return new Map();
  const files = readdirSync(dir).filter((name) => /\.ya?ml$/.test(name));
  return new Map(files.map((name) => [name.replace(/\.ya?ml$/, ''), join(dir, name)]));
}
