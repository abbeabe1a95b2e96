// `troupe validate`: every finding of workflow files and of the settings that hold for them, at once. Runs nothing.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { readRepositoryFile, repositoryFilePath, variableNames } from '../../coordinator/index.ts';
import { checkWorkflow } from '../../definition/index.ts';
import type { Finding } from '../../definition/index.ts';
import { builtInPersonasDir, localFiles } from '../../host/index.ts';
import { loadPersonas } from '../../personas/index.ts';
import { decodeText, TroupeError } from '../../support/index.ts';
import { findingLines } from '../findings.ts';
import { exitCodes } from '../io.ts';
import type { Io } from '../io.ts';
import { cliMessages } from '../messages.ts';
import { printJson } from '../print-json.ts';
import { repositoryOf, rootAround } from '../repository-of.ts';
import { jsonOption } from '../options.ts';

interface Options {
  readonly json?: boolean;
}

/** Registers `troupe validate`. */
export function registerValidate(program: Command, io: Io): void {
  program
    .command('validate')
    .argument('[files...]', 'workflow files or folders (default: .github/troupe/workflows)')
    .description('check workflow files; every mistake with line, column and what to do')
    .option(...jsonOption('validate'))
    .addHelpText('after', '\nExample:\n  troupe validate .github/troupe/workflows/fix.yml')
    .action((files: string[], options: Options) => validateFiles(files, options, io));
}

async function validateFiles(named: readonly string[], options: Options, io: Io): Promise<void> {
  const files = workflowFiles(named, io.cwd);
  if (files.length === 0) throw new TroupeError('cli/no-file', cliMessages.noFiles, { class: 'config' });
  const results: { readonly file: string; readonly findings: readonly Finding[] }[] = [];
  const settings = new Map<string, Settings>();
  for (const path of files) {
    const repository = repositoryOf(path);
    const personas = await loadPersonas(localFiles(repository), builtInPersonasDir());
    const file = relative(io.cwd, path) || path;
    const id = basename(path).replace(/\.ya?ml$/, '');
    const read = settings.get(repository) ?? settingsOf(repository, io.cwd);
    settings.set(repository, read);
    const context = { personas: personas.known, unusablePersonas: personas.unusable, ...read.known };
    const checked = checkWorkflow({ id, file, text: decodeText(readFileSync(path)) }, context);
    results.push({ file, findings: [...checked.findings, ...personas.findings] });
  }
  // a run is refused for them, whatever the workflow says
  for (const { file, findings } of settings.values()) if (findings.length > 0) results.push({ file, findings });
  const all = results.flatMap(({ findings }) => findings);
  const errors = all.filter(({ severity }) => severity === 'error').length;
  if (options.json === true) {
    printJson<'validate'>(io, { valid: errors === 0, files: results });
  } else {
    for (const { file, findings } of results) {
      if (findings.every(({ severity }) => severity === 'warning')) io.out(cliMessages.valid(file, findings.length));
    }
    for (const line of findingLines(all)) io.out(line);
    if (all.length > 0) io.out(cliMessages.findingsTotal(errors, all.length - errors));
  }
  io.exit(errors === 0 ? exitCodes.ok : exitCodes.invalid);
}

function workflowFiles(named: readonly string[], cwd: string): string[] {
  const paths =
    named.length === 0 ? [join(rootAround(cwd), '.github/troupe/workflows')] : named.map((name) => resolve(cwd, name));
  return paths.flatMap((path) => {
    if (!existsSync(path)) {
      if (named.length === 0) return [];
      throw new TroupeError('cli/no-file', cliMessages.notThere(path), { class: 'config' });
    }
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .filter((name) => /^[^\ufffd]*\.ya?ml$/.test(name))
      .toSorted()
      .map((name) => join(path, name));
  });
}

interface Settings {
  readonly file: string;
  readonly findings: readonly Finding[];
  /** Its variables. Without that file the owner's may give some, which nobody knows here. */
  readonly known: { readonly variables?: ReadonlySet<string> };
}

/** What the repository's settings say to the check. */
function settingsOf(repository: string, cwd: string): Settings {
  const path = join(repository, repositoryFilePath);
  const file = relative(cwd, path);
  if (!existsSync(path)) return { file, findings: [], known: {} };
  const read = readRepositoryFile(decodeText(readFileSync(path)), file);
  return read.ok
    ? { file, findings: read.findings ?? [], known: { variables: variableNames(read.file) } }
    : { file, findings: read.findings, known: {} };
}
