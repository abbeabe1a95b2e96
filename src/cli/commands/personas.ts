// `troupe personas`: who can be asked here, where each was found, and whether its provider can answer.
import type { Command } from 'commander';
import { builtInPersonasDir, localFiles, nobodyPlays } from '../../host/index.ts';
import { loadPersonas, providerNamesOf } from '../../personas/index.ts';
import type { Persona, ProviderProblem } from '../../personas/index.ts';
import { oneLine, defined } from '../../support/index.ts';
import { agentLines } from '../common/agent-lines.ts';
import type { ToldAgent } from '../common/agent-lines.ts';
import { readConfiguration } from '../common/configuration.ts';
import type { Configuration } from '../common/configuration.ts';
import { findingLines } from '../common/findings.ts';
import { knownPersona } from '../common/known-persona.ts';
import { registerPersonaPrompt } from './persona-prompt.ts';
import { exitCodes } from '../common/io.ts';
import type { Io } from '../common/io.ts';
import { agentMessages } from '../common/messages-agents.ts';
import { reportedAgents } from '../common/reported-agents.ts';
import { recordMessages } from '../common/messages-records.ts';
import { printJson } from '../common/print-json.ts';
import { rootAround } from '../common/repository-of.ts';
import type { Output } from '../schemas/index.ts';
import { jsonOption } from '../common/options.ts';

interface Options {
  readonly config?: string;
  readonly check?: boolean;
  readonly json?: boolean;
}

/** Registers `troupe personas`. */
export function registerPersonas(program: Command, io: Io): void {
  const personas = program
    .command('personas')
    .argument('[ids...]', 'only these')
    .description('list the personas of this repository and the built-in ones')
    .option('--check', 'ask the provider of each whether it can answer')
    .option('--config <file>', 'the server file with the providers')
    .option(...jsonOption('personas'))
    .addHelpText(
      'after',
      '\nExamples:\n  troupe personas --check --config troupe.config.yml\n  troupe personas show code-reviewer --task issue.json',
    )
    .action((ids: string[], options: Options) => listPersonas(ids, options, io));
  registerPersonaPrompt(personas, io);
}

async function listPersonas(ids: readonly string[], options: Options, io: Io): Promise<void> {
  const loaded = await loadPersonas(localFiles(rootAround(io.cwd)), builtInPersonasDir());
  const found = ids.filter((id) => !loaded.unusable.has(id));
  const wanted =
    ids.length === 0 ? [...loaded.personas.values()] : found.map((id) => knownPersona(id, loaded.personas));
  const files = new Set([...wanted.map(({ source }) => source), ...ids.flatMap((id) => loaded.unusable.get(id) ?? [])]);
  const findings = loaded.findings.filter(({ file }) => ids.length === 0 || files.has(file));
  const configuration = readConfiguration(io, {
    here: false,
    ...defined({ config: options.config }),
  });
  const rows: Output<'personas'>['personas'][number][] = [];
  const { serverFile, providers } = configuration;
  // which agent it would be nobody knows before one is ready
  const usual = nobodyPlays(serverFile) ? [] : [serverFile.defaultProvider, ...serverFile.otherProviders];
  for (const persona of wanted) {
    const names = providerNamesOf({ providers: [] }, persona, usual);
    const problems = options.check === true ? await problemsOf(names, persona, providers) : [];
    rows.push({
      id: persona.id,
      description: persona.description,
      tools: persona.tools,
      limits: persona.limits ?? [],
      elsewhere: persona.elsewhere ?? [],
      source: persona.source,
      provider: names.join(', '),
      problems,
    });
  }
  const unusable = [...loaded.unusable]
    .filter(([id]) => ids.length === 0 || ids.includes(id))
    .map(([id, file]) => ({ id, file }));
  const broken =
    findings.some(({ severity }) => severity === 'error') ||
    ids.some((id) => loaded.unusable.has(id)) ||
    rows.some(({ problems }) => problems.some(({ severity }) => severity === 'error'));
  // programs are asked for their versions where somebody wants to know it all
  const agents = await reportedAgents(configuration, options.check === true);
  if (options.json === true) printJson<'personas'>(io, { personas: rows, unusable, findings, agents });
  else
    for (const line of [
      ...rows.flatMap((row) => rowLines(row, options.check === true)),
      ...unusable.map(unusableLine),
      ...findingLines(findings),
      ...agentSection(agents, configuration),
    ])
      io.out(line);
  io.exit(broken ? exitCodes.invalid : exitCodes.ok);
}

function rowLines(row: Output<'personas'>['personas'][number], isChecked: boolean): string[] {
  const { id, description, tools, limits, elsewhere, source, provider, problems } = row;
  return [
    `${id.padEnd(24)} ${tools.length === 0 ? recordMessages.noTools : tools.join(', ')}  (${source}; ${provider === '' ? recordMessages.nobody : provider})`,
    ...(description === '' ? [] : [`    ${oneLine(description, 160)}`]),
    ...(limits.length === 0 ? [] : [`    ${recordMessages.limits(limits)}`]),
    ...(elsewhere.length === 0 ? [] : [`    ${recordMessages.elsewhere(elsewhere)}`]),
    ...(isChecked && problems.length === 0 ? [`    ✓ ${recordMessages.canAnswer(provider)}`] : []),
    ...problems.flatMap(({ message, severity, hint }) => [
      `    ${severity === 'error' ? '✗' : '!'} ${message}`,
      ...(hint === undefined ? [] : [`      → ${hint}`]),
    ]),
  ];
}

/** The agents that are there, and who of them plays. */
function agentSection(agents: readonly ToldAgent[], { file, serverFile }: Configuration): readonly string[] {
  const there = agents.filter(({ program }) => program !== undefined);
  const first = there.find(({ ready }) => ready);
  const who =
    serverFile.agents === undefined
      ? agentMessages.theirs(file ?? '')
      : first === undefined
        ? agentMessages.none
        : agentMessages.first(first.name);
  if (serverFile.agents === undefined && there.length === 0) return [];
  return ['', who, ...(there.length > 0 ? there : agents).flatMap(agentLines)];
}

function unusableLine({ id, file }: Output<'personas'>['unusable'][number]): string {
  return `${id.padEnd(24)} ${recordMessages.unusable(file)}`;
}

/** What keeps all of them from answering: one of a list is enough, and what is wrong with the others is worth knowing. */
async function problemsOf(
  names: readonly string[],
  persona: Persona,
  providers: Configuration['providers'],
): Promise<readonly ProviderProblem[]> {
  if (names.length === 0) return [{ severity: 'error', message: agentMessages.none }];
  const looked = await Promise.all(
    names.map(async (name): Promise<readonly ProviderProblem[]> => {
      const missing = { severity: 'error' as const, message: recordMessages.noSuchProvider(name) };
      return (await providers.check(name, persona)) ?? [missing];
    }),
  );
  const isAble = looked.some((problems) => problems.every(({ severity }) => severity !== 'error'));
  const all = looked.flat();
  return isAble ? all.map((problem) => ({ ...problem, severity: 'warning' as const })) : all;
}
