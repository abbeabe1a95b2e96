// `troupe personas`: who can be asked here, where each was found, and whether its provider can answer.
import type { Command } from 'commander';
import { builtInPersonasDir, localFiles } from '../../host/index.ts';
import { loadPersonas } from '../../personas/index.ts';
import type { Persona } from '../../personas/index.ts';
import { nearest, oneLine, TroupeError, defined } from '../../support/index.ts';
import { readConfiguration } from '../common/configuration.ts';
import { findingLines } from '../common/findings.ts';
import { exitCodes } from '../common/io.ts';
import type { Io } from '../common/io.ts';
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
  program
    .command('personas')
    .argument('[ids...]', 'only these')
    .description('list the personas of this repository and the built-in ones')
    .option('--check', 'ask the provider of each whether it can answer')
    .option('--config <file>', 'the server file with the providers')
    .option(...jsonOption('personas'))
    .addHelpText('after', '\nExample:\n  troupe personas --check --config troupe.config.yml')
    .action((ids: string[], options: Options) => listPersonas(ids, options, io));
}

async function listPersonas(ids: readonly string[], options: Options, io: Io): Promise<void> {
  const loaded = await loadPersonas(localFiles(rootAround(io.cwd)), builtInPersonasDir());
  const found = ids.filter((id) => !loaded.unusable.has(id));
  const wanted = ids.length === 0 ? [...loaded.personas.values()] : found.map((id) => known(id, loaded.personas));
  const files = new Set([...wanted.map(({ source }) => source), ...ids.flatMap((id) => loaded.unusable.get(id) ?? [])]);
  const findings = loaded.findings.filter(({ file }) => ids.length === 0 || files.has(file));
  const configuration = readConfiguration(io, {
    here: false,
    ...defined({ config: options.config }),
  });
  const rows: Output<'personas'>['personas'][number][] = [];
  for (const persona of wanted) {
    const name = persona.provider ?? configuration.serverFile.defaultProvider;
    const problems =
      options.check !== true
        ? []
        : ((await configuration.providers.check(name, persona)) ?? [
            { severity: 'error' as const, message: `there is no provider "${name}"` },
          ]);
    rows.push({
      id: persona.id,
      description: persona.description,
      tools: persona.tools,
      limits: persona.limits ?? [],
      elsewhere: persona.elsewhere ?? [],
      source: persona.source,
      provider: name,
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
  if (options.json === true) printJson<'personas'>(io, { personas: rows, unusable, findings });
  else
    for (const line of [
      ...rows.flatMap((row) => rowLines(row, options.check === true)),
      ...unusable.map(unusableLine),
      ...findingLines(findings),
    ])
      io.out(line);
  io.exit(broken ? exitCodes.invalid : exitCodes.ok);
}

function rowLines(row: Output<'personas'>['personas'][number], isChecked: boolean): string[] {
  const { id, description, tools, limits, elsewhere, source, provider, problems } = row;
  return [
    `${id.padEnd(24)} ${tools.length === 0 ? recordMessages.noTools : tools.join(', ')}  (${source}; ${provider})`,
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

function unusableLine({ id, file }: Output<'personas'>['unusable'][number]): string {
  return `${id.padEnd(24)} ${recordMessages.unusable(file)}`;
}

function known(id: string, personas: ReadonlyMap<string, Persona>): Persona {
  const found = personas.get(id);
  if (found !== undefined) return found;
  throw new TroupeError('cli/no-persona', recordMessages.noPersona(id, nearest(id, personas.keys())), {
    class: 'config',
    hint: recordMessages.personasHint,
  });
}
