// `troupe validate`: every finding of workflow files and of the settings that hold for them, at once. Runs nothing.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { knownThings, unreadFiles } from '../../coordinator/index.ts';
import { checkWorkflow } from '../../definition/index.ts';
import type { Finding } from '../../definition/index.ts';
import { builtInPersonasDir, localFiles } from '../../host/index.ts';
import { loadPersonas } from '../../personas/index.ts';
import { decodeText, TroupeError, defined } from '../../support/index.ts';
import { readConfiguration } from '../common/configuration.ts';
import { findingLines } from '../common/findings.ts';
import { exitCodes } from '../common/io.ts';
import type { Io } from '../common/io.ts';
import { cliMessages } from '../common/messages.ts';
import { printJson } from '../common/print-json.ts';
import { repositoryOf, rootAround } from '../common/repository-of.ts';
import { jsonOption } from '../common/options.ts';

interface Options {
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly config?: string;
}

/** Registers `troupe validate`. */
export function registerValidate(program: Command, io: Io): void {
  program
    .command('validate')
    .argument('[files...]', 'workflow files or folders (default: .github/troupe/workflows)')
    .description('check workflow files; every mistake with line, column and what to do')
    .option('--strict', 'look at the style as well, and take every remark for a mistake')
    .option('--config <file>', 'the server file whose providers the files may name')
    .option(...jsonOption('validate'))
    .addHelpText('after', '\nExample:\n  troupe validate .github/troupe/workflows/fix.yml')
    .action((files: string[], options: Options) => validateFiles(files, options, io));
}

interface Result {
  readonly file: string;
  readonly findings: readonly Finding[];
}

async function validateFiles(named: readonly string[], options: Options, io: Io): Promise<void> {
  const files = workflowFiles(named, io.cwd);
  const unread = await unreadResults({ named, files }, io);
  if (files.length === 0 && unread.length === 0)
    throw new TroupeError('cli/no-file', cliMessages.noFiles, { class: 'config' });
  const results = [...(await checkedFiles(files, options, io)), ...unread];
  const all = results.flatMap(({ findings }) => findings);
  const errors = all.filter(({ severity }) => severity === 'error').length;
  // a check that looked at no workflow must not be green
  const isValid = errors === 0 && files.length > 0 && (options.strict !== true || all.length === 0);
  if (options.json === true) {
    printJson<'validate'>(io, { valid: isValid, files: results });
  } else {
    for (const { file, findings } of results) {
      const isWorkflow = !unread.some((one) => one.file === file);
      if (isWorkflow && findings.every(({ severity }) => severity === 'warning'))
        io.out(cliMessages.valid(file, findings.length));
    }
    for (const line of findingLines(all)) io.out(line);
    if (all.length > 0) io.out(cliMessages.findingsTotal(errors, all.length - errors));
    if (files.length === 0) io.out(cliMessages.noFiles);
  }
  io.exit(isValid ? exitCodes.ok : exitCodes.invalid);
}

/** Each file with its findings, then the settings that a run would be refused for. */
async function checkedFiles(files: readonly string[], options: Options, io: Io): Promise<readonly Result[]> {
  const providers = providersOf(options, io);
  const byRepository = new Map<string, string[]>();
  for (const path of files) {
    const root = repositoryOf(path);
    byRepository.set(root, [...(byRepository.get(root) ?? []), path]);
  }
  const results: Result[] = [];
  const settings: Result[] = [];
  for (const [root, paths] of byRepository) {
    const things = await knownThings(localFiles(root), {
      personas: { load: (source) => loadPersonas(source, builtInPersonasDir()) },
      ...defined({ providers }),
      ...(options.strict === true ? { strict: true } : {}),
    });
    const texts = paths.map((path) => decodeText(readFileSync(path)));
    const context = await things.contextFor(texts);
    for (const [index, path] of paths.entries()) {
      const file = relative(io.cwd, path) || path;
      const id = basename(path).replace(/\.ya?ml$/, '');
      const checked = checkWorkflow({ id, file, text: texts[index] ?? '' }, context);
      results.push({ file, findings: [...checked.findings, ...things.personas.findings] });
    }
    const told = things.settingsFindings.map((one) => ({ ...one, file: relative(io.cwd, join(root, one.file)) }));
    const [first] = told;
    if (first !== undefined) settings.push({ file: first.file, findings: told });
  }
  return [...results, ...settings];
}

/** The operator's providers, where this machine has a server file; without one they are on another machine. */
function providersOf({ config }: Options, io: Io): ReadonlySet<string> | undefined {
  const configuration = readConfiguration(io, { here: false, ...defined({ config }) });
  return configuration.file === undefined ? undefined : configuration.providers.names;
}

/** Files that nothing reads: all of the repository, or those among the ones that are named. */
async function unreadResults(
  { named, files }: { readonly named: readonly string[]; readonly files: readonly string[] },
  io: Io,
): Promise<readonly Result[]> {
  const roots =
    named.length === 0 ? [rootAround(io.cwd)] : [...new Set(files.map((path) => rootAround(dirname(path))))];
  const found = await Promise.all(
    roots.map(async (root) => {
      const findings = await unreadFiles(localFiles(root));
      return findings.map((finding) => ({ ...finding, file: join(root, finding.file) }));
    }),
  );
  return found
    .flat()
    .filter(({ file }) => named.length === 0 || files.includes(file))
    .map((finding) => {
      const file = relative(io.cwd, finding.file);
      return { file, findings: [{ ...finding, file }] };
    });
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
