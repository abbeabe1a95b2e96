// `troupe doctor`: what this machine and this configuration can do, and what to do about the rest. Changes nothing.
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readBotEnvironment } from '../../bot/index.ts';
import { gitLfsVersion, gitVersion } from '../../git/index.ts';
import { builtInPersonasDir } from '../../host/index.ts';
import { createSandboxes, loadPersonas } from '../../personas/index.ts';
import { messageOf, silentLogger, TroupeError, defined } from '../../support/index.ts';
import { readConfiguration } from '../common/configuration.ts';
import type { Configuration } from '../common/configuration.ts';
import { dataDirNamed, dataDirOption } from '../common/data-dir.ts';
import { folderProblem, nearestThere } from '../common/data-folder.ts';
import { exitCodes } from '../common/io.ts';
import type { Io } from '../common/io.ts';
import { doctorMessages as say } from '../common/messages-doctor.ts';
import { cliMessages } from '../common/messages.ts';
import { printJson } from '../common/print-json.ts';
import { jsonOption } from '../common/options.ts';

/** What one look found. `bad` keeps Troupe from working; `poor` is worth knowing. */
interface Check {
  readonly name: string;
  readonly state: 'good' | 'poor' | 'bad';
  readonly message: string;
  readonly hint?: string;
}

interface Options {
  readonly config?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

const oldestGit = [2, 38] as const;

/** Registers `troupe doctor`. */
export function registerDoctor(program: Command, io: Io): void {
  program
    .command('doctor')
    .description('look at this machine and its configuration: what works, what does not, what to do')
    .option('--config <file>', 'the server file')
    .option(...dataDirOption)
    .option(...jsonOption('doctor'))
    .addHelpText('after', '\nExample:\n  troupe doctor --config troupe.config.yml')
    .action((options: Options) => examine(options, io));
}

async function examine(options: Options, io: Io): Promise<void> {
  const path = dataDirNamed(io, options.dataDir);
  const checks: Check[] = [node(), await git(), dataDir(path)];
  const configuration = readOrProblem(io, options);
  if ('problem' in configuration)
    checks.push({
      name: 'server file',
      state: 'bad',
      message: configuration.problem.message,
      ...hintOf(configuration.problem),
    });
  else
    checks.push(
      serverFile(configuration),
      ...(await gitLfs(configuration)),
      await sandbox(configuration, path),
      ...(await providers(configuration)),
    );
  checks.push(...bot(io));
  const worst = checks.some(({ state }) => state === 'bad');
  if (options.json === true) printJson<'doctor'>(io, { healthy: !worst, checks });
  else for (const line of checks.flatMap(checkLines)) io.out(line);
  io.exit(worst ? exitCodes.failed : exitCodes.ok);
}

function checkLines(check: Check): string[] {
  const mark = { good: '✓', poor: '!', bad: '✗' }[check.state];
  return [`${mark} ${check.name}: ${check.message}`, ...(check.hint === undefined ? [] : [`    → ${check.hint}`])];
}

function node(): Check {
  return { name: 'node', state: 'good', message: process.versions.node };
}

async function git(): Promise<Check> {
  try {
    const version = await gitVersion();
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const isOld = major < oldestGit[0] || (major === oldestGit[0] && minor < oldestGit[1]);
    return isOld
      ? { name: 'git', state: 'bad', message: version, hint: say.oldGit(oldestGit.join('.')) }
      : { name: 'git', state: 'good', message: version };
  } catch (error) {
    return { name: 'git', state: 'bad', message: messageOf(error), hint: say.noGit };
  }
}

/** Only where the operator allows it: without it no tree of such a repository could be checked out. */
async function gitLfs(configuration: Configuration): Promise<Check[]> {
  if (!configuration.serverFile.git.filters.includes('lfs')) return [];
  try {
    return [{ name: 'git-lfs', state: 'good', message: await gitLfsVersion() }];
  } catch {
    return [{ name: 'git-lfs', state: 'bad', message: say.noGitLfs, hint: say.noGitLfsHint }];
  }
}

function dataDir(path: string): Check {
  const problem = folderProblem(path);
  if (problem !== undefined)
    return { name: 'data directory', state: 'bad', message: problem, hint: cliMessages.badDataDirHint };
  const existing = nearestThere(path);
  try {
    accessSync(existing, constants.W_OK);
    return { name: 'data directory', state: 'good', message: existing === path ? path : say.willBeMade(path) };
  } catch {
    return { name: 'data directory', state: 'bad', message: say.notWritable(path), hint: say.notWritableHint };
  }
}

function readOrProblem(io: Io, options: Options): Configuration | { readonly problem: TroupeError } {
  try {
    return readConfiguration(io, { here: true, ...defined({ config: options.config }) });
  } catch (error) {
    if (error instanceof TroupeError) return { problem: error };
    throw error;
  }
}

function serverFile(configuration: Configuration): Check {
  if (configuration.file !== undefined) return { name: 'server file', state: 'good', message: configuration.file };
  return { name: 'server file', state: 'poor', message: say.noServerFile, hint: say.noServerFileHint };
}

async function sandbox(configuration: Configuration, dataDir: string): Promise<Check> {
  const { bubblewrap, users } = await createSandboxes({
    machine: configuration.machine,
    hidden: [],
    dataDir,
    log: silentLogger,
  });
  if (bubblewrap.works) return { name: 'sandbox', state: 'good', message: say.sandboxWorks };
  return {
    name: 'sandbox',
    state: configuration.serverFile.sandbox === 'required' ? 'bad' : 'poor',
    message: users.works ? say.sandboxUsers(bubblewrap.reason) : say.sandboxMissing(bubblewrap.reason, users.reason),
    hint: say.sandboxHint,
  };
}

async function providers(configuration: Configuration): Promise<Check[]> {
  const { personas } = await loadPersonas(undefined, builtInPersonasDir());
  const persona = personas.get('lead-engineer');
  const checks: Check[] = [];
  for (const name of configuration.providers.names) {
    const problems = persona === undefined ? [] : await configuration.providers.check(name, persona);
    const [first] = problems ?? [];
    const label = `provider ${name}`;
    if (first === undefined) checks.push({ name: label, state: 'good', message: say.providerWorks });
    else
      checks.push({
        name: label,
        state: first.severity === 'error' ? 'bad' : 'poor',
        message: first.message,
        ...defined({ hint: first.hint }),
      });
  }
  const wanted = configuration.serverFile.defaultProvider;
  if (!configuration.providers.knows(wanted))
    checks.push({
      name: `provider ${wanted}`,
      state: 'poor',
      message: say.noDefaultProvider(wanted),
      hint: say.noDefaultProviderHint,
    });
  return checks;
}

/** The bot's environment: only looked at where somebody began to set it. */
function bot(io: Io): Check[] {
  if (io.environment['APP_ID'] === undefined && !existsSync(join(io.cwd, '.env')))
    return [{ name: 'bot', state: 'poor', message: say.noBot, hint: say.noBotHint }];
  const read = readBotEnvironment({ variables: io.environment, cwd: io.cwd });
  if (read.ok)
    return [{ name: 'bot', state: 'good', message: say.botReady(read.environment.appId, read.environment.apiUrl) }];
  return read.problems.map((problem) => ({ name: 'bot', state: 'bad', message: problem.message, ...hintOf(problem) }));
}

function hintOf(problem: TroupeError): { hint?: string } {
  return problem.hint === undefined ? {} : { hint: problem.hint };
}
