// `troupe doctor`: what this machine and this configuration can do, and what to do about the rest. Changes nothing.
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readBotEnvironment } from '../../bot/index.ts';
import { clockOff, clockOffAt } from '../../github/index.ts';
import { gitLfsVersion, requireGit } from '../../git/index.ts';
import { builtInPersonasDir, nobodyPlays } from '../../host/index.ts';
import { createSandboxes, hidesProcesses, loadPersonas } from '../../personas/index.ts';
import type { Persona, ProviderProblem } from '../../personas/index.ts';
import { docsPage, messageOf, silentLogger, processClock, TroupeError, defined } from '../../support/index.ts';
import { readConfiguration } from '../common/configuration.ts';
import type { Configuration } from '../common/configuration.ts';
import { dataDirNamed, dataDirOption } from '../common/data-dir.ts';
import { folderProblem, nearestThere } from '../common/data-folder.ts';
import { exitCodes } from '../common/io.ts';
import type { Io } from '../common/io.ts';
import { doctorMessages as say } from '../common/messages-doctor.ts';
import { agentLines } from '../common/agent-lines.ts';
import { reportedAgents } from '../common/reported-agents.ts';
import { cliMessages } from '../common/messages.ts';
import { printJson } from '../common/print-json.ts';
import { jsonOption } from '../common/options.ts';
import { providersOut } from '../common/providers-out.ts';

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
  const agents = 'problem' in configuration ? [] : await reportedAgents(configuration, true);
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
      ...(await sandbox(configuration, path)),
      ...(await providers(configuration)),
      ...(await out(path)),
    );
  checks.push(...bot(io), ...(await clock(io)));
  const worst = checks.some(({ state }) => state === 'bad');
  if (options.json === true) printJson<'doctor'>(io, { healthy: !worst, checks, agents });
  else for (const line of [...checks.flatMap(checkLines), ...agents.flatMap(agentLines)]) io.out(line);
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
    return { name: 'git', state: 'good', message: await requireGit() };
  } catch (error) {
    if (!(error instanceof TroupeError)) throw error;
    return { name: 'git', state: 'bad', message: error.message, ...hintOf(error) };
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

/** With the variables of `./.env` where a bot is set up there: they are those that it will have. */
function readOrProblem(io: Io, options: Options): Configuration | { readonly problem: TroupeError } {
  try {
    const bot = readBotEnvironment({ variables: io.environment, cwd: io.cwd });
    return readConfiguration(bot.ok ? { ...io, environment: bot.variables } : io, {
      here: true,
      ...defined({ config: options.config }),
    });
  } catch (error) {
    if (error instanceof TroupeError) return { problem: error };
    throw error;
  }
}

function serverFile(configuration: Configuration): Check {
  const { file, serverFile: read } = configuration;
  if (file !== undefined) return { name: 'server file', state: 'good', message: file };
  if (!nobodyPlays(read))
    return { name: 'server file', state: 'good', message: say.needsNoServerFile(read.defaultProvider) };
  return {
    name: 'server file',
    state: 'poor',
    message: say.noServerFile,
    hint: say.noServerFileHint(docsPage('operating.md')),
  };
}

async function sandbox(configuration: Configuration, dataDir: string): Promise<Check[]> {
  const { bubblewrap, users, ownProcesses, lacksLimits } = await createSandboxes({
    machine: configuration.machine,
    hidden: [],
    dataDir,
    log: silentLogger,
  });
  if (bubblewrap.works) return [{ name: 'sandbox', state: 'good', message: say.sandboxWorks }, limits(lacksLimits)];
  const walls: Check = {
    name: 'sandbox',
    state: configuration.serverFile.sandbox === 'required' ? 'bad' : 'poor',
    message: users.works ? say.sandboxUsers(bubblewrap.reason) : say.sandboxMissing(bubblewrap.reason, users.reason),
    hint: say.sandboxHint,
  };
  const sees = processes(ownProcesses || hidesProcesses());
  return [walls, ...(users.works ? [sees] : []), leftovers(ownProcesses, users.works), limits(lacksLimits)];
}

/** What this machine cannot keep commands from taking. */
function limits(lacks: readonly string[]): Check {
  const name = 'limits';
  if (lacks.length === 0) return { name, state: 'good', message: say.limitsHold };
  return { name, state: 'poor', message: say.limitsLack(lacks), hint: say.limitsLackHint };
}

/** What ends with a persona: everything, where the kernel knows what she started; else what can still be found. */
function leftovers(areOwn: boolean, areUsers: boolean): Check {
  const name = 'leftovers';
  if (areOwn || areUsers) return { name, state: 'good', message: say.leavesNothing };
  return { name, state: 'poor', message: say.mayLeave, hint: say.sandboxHint };
}

/** Where personas are other users they see of ours what /proc shows them. */
function processes(areHidden: boolean): Check {
  const name = 'processes';
  if (areHidden) return { name, state: 'good', message: say.processesHidden };
  return { name, state: 'poor', message: say.processesShown, hint: say.processesShownHint };
}

async function providers(configuration: Configuration): Promise<Check[]> {
  // agents that were found tell what they lack themselves
  if (configuration.serverFile.agents !== undefined) return [];
  const { personas } = await loadPersonas(undefined, builtInPersonasDir());
  const checks: Check[] = [];
  for (const name of configuration.providers.names) checks.push(await provider(configuration, name, personas));
  const wanted = configuration.serverFile.defaultProvider;
  // without any provider the lines of the agents say what to do
  if (!configuration.providers.knows(wanted) && configuration.serverFile.namesDefault)
    checks.push({
      name: `provider ${wanted}`,
      state: 'poor',
      message: say.noDefaultProvider(wanted),
      hint: say.noDefaultProviderHint,
    });
  return checks;
}

/** What runs have found out about them. */
async function out(dataDir: string): Promise<Check[]> {
  try {
    const found = await providersOut(dataDir, processClock.now());
    return found.map(({ account, message }) => ({ name: `provider ${account}`, state: 'poor', message }));
  } catch (error) {
    return [{ name: 'data directory', state: 'poor', message: messageOf(error) }];
  }
}

/** One that cannot play who edits may still play who reads: then it is no mistake that it is there. */
async function provider(
  { providers: known }: Configuration,
  provided: string,
  personas: ReadonlyMap<string, Persona>,
): Promise<Check> {
  const name = `provider ${provided}`;
  const problemsFor = async (id: string): Promise<readonly ProviderProblem[]> => {
    const persona = personas.get(id);
    return persona === undefined ? [] : ((await known.check(provided, persona)) ?? []);
  };
  const [working, reading] = [await problemsFor('lead-engineer'), await problemsFor('code-reviewer')];
  const error = reading.find(({ severity }) => severity === 'error');
  const first = error ?? working[0];
  if (first === undefined) return { name, state: 'good', message: say.providerWorks };
  return {
    name,
    state: error === undefined ? 'poor' : 'bad',
    message: first.message,
    ...defined({ hint: first.hint }),
  };
}

/** The bot's environment: only looked at where somebody began to set it. */
function bot(io: Io): Check[] {
  if (io.environment['APP_ID'] === undefined && !existsSync(join(io.cwd, '.env')))
    return [{ name: 'bot', state: 'poor', message: say.noBot, hint: say.noBotHint(docsPage('operating.md')) }];
  const read = readBotEnvironment({ variables: io.environment, cwd: io.cwd });
  if (read.ok)
    return [{ name: 'bot', state: 'good', message: say.botReady(read.environment.appId, read.environment.apiUrl) }];
  return read.problems.map((problem) => ({ name: 'bot', state: 'bad', message: problem.message, ...hintOf(problem) }));
}

/** Only what is wrong with it: a GitHub that does not answer from here is none of this machine's faults. */
async function clock(io: Io): Promise<Check[]> {
  const read = readBotEnvironment({ variables: io.environment, cwd: io.cwd });
  const aheadMs = read.ok ? await clockOffAt(read.environment.apiUrl) : undefined;
  if (aheadMs === undefined || aheadMs === 0) return [];
  return [{ name: 'clock', state: 'bad', message: clockOff(aheadMs), hint: say.clockHint }];
}

function hintOf(problem: TroupeError): { hint?: string } {
  return problem.hint === undefined ? {} : { hint: problem.hint };
}
