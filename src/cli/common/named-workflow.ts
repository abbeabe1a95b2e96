// The workflow that a command is about: a file, one of the repository, or a built-in one. Runs nothing.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { checkWorkflow } from '../../definition/index.ts';
import type { Workflow } from '../../definition/index.ts';
import { builtInPersonasDir, builtInWorkflows, localFiles } from '../../host/index.ts';
import { loadPersonas } from '../../personas/index.ts';
import type { Persona } from '../../personas/index.ts';
import { decodeText, nearest, TroupeError } from '../../support/index.ts';
import { findingLines } from './findings.ts';
import type { Io } from './io.ts';
import { cliMessages } from './messages.ts';
import { repositoryOf, rootAround } from './repository-of.ts';

/** The argument that names it. */
export const workflowArgument = [
  '<workflow>',
  'a workflow file, or the id of a workflow here or a built-in one',
] as const;

/** A checked workflow with the personas that it may name. */
export interface NamedWorkflow {
  readonly workflow: Workflow;
  readonly personas: ReadonlyMap<string, Persona>;
}

/** Reads and checks it. Throws `cli/no-workflow`, `cli/workflow-mistakes`. */
export async function namedWorkflow(name: string, io: Io): Promise<NamedWorkflow> {
  const builtIn = builtInWorkflows();
  const own = workflowsIn(rootAround(io.cwd));
  const path = own.get(name) ?? resolve(io.cwd, name);
  const isFile = existsSync(path) && statSync(path).isFile();
  const text = isFile ? decodeText(readFileSync(path)) : builtIn.get(name);
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
    { personas: personas.known, unusablePersonas: personas.unusable },
  );
  if (checked.ok) return { workflow: checked.workflow, personas: personas.personas };
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
  const files = readdirSync(dir).filter((name) => /^[^\ufffd]*\.ya?ml$/.test(name));
  return new Map(files.map((name) => [name.replace(/\.ya?ml$/, ''), join(dir, name)]));
}
