// `troupe personas`: who can be asked here, where each was found, and whether its provider can answer.
import type { Command } from 'commander';
import { builtInPersonasDir, localFiles } from '../../host/index.ts';
import { loadPersonas } from '../../personas/index.ts';
import type { Persona } from '../../personas/index.ts';
import { nearest, TroupeError } from '../../support/index.ts';
import { readConfiguration } from '../configuration.ts';
import { findingLines } from '../findings.ts';
import { exitCodes } from '../io.ts';
import type { Io } from '../io.ts';
import { recordMessages } from '../messages-records.ts';
import { printJson } from '../print-json.ts';
import { rootAround } from '../repository-of.ts';
import type { Output } from '../schemas/index.ts';
import { jsonOption } from '../options.ts';

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
  const wanted = ids.length === 0 ? [...loaded.personas.values()] : ids.map((id) => known(id, loaded.personas));
  const configuration = readConfiguration(io, {
    here: false,
    ...(options.config === undefined ? {} : { config: options.config }),
  });
  const rows: Output<'personas'>['personas'][number][] = [];
  for (const persona of wanted) {
    const name = persona.provider ?? configuration.serverFile.defaultProvider;
    const provider = configuration.providers.get(name);
    const problems =
      options.check !== true
        ? []
        : provider === undefined
          ? [{ severity: 'error' as const, message: `there is no provider "${name}"` }]
          : await provider.check(persona);
    rows.push({
      id: persona.id,
      description: persona.description,
      tools: persona.tools,
      source: persona.source,
      provider: name,
      problems,
    });
  }
  const broken =
    loaded.findings.some(({ severity }) => severity === 'error') ||
    rows.some(({ problems }) => problems.some(({ severity }) => severity === 'error'));
  if (options.json === true) printJson<'personas'>(io, { personas: rows, findings: loaded.findings });
  else {
    for (const { id, description, tools, source, provider, problems } of rows) {
      io.out(`${id.padEnd(24)} ${tools.join(', ')}  (${source}; ${provider})`);
      io.out(`    ${description}`);
      for (const { message } of problems) io.out(`    ✗ ${message}`);
    }
    for (const line of findingLines(loaded.findings)) io.out(line);
  }
  io.exit(broken ? exitCodes.invalid : exitCodes.ok);
}

function known(id: string, personas: ReadonlyMap<string, Persona>): Persona {
  const found = personas.get(id);
  if (found !== undefined) return found;
  throw new TroupeError('cli/no-persona', recordMessages.noPersona(id, nearest(id, personas.keys())), {
    class: 'config',
    hint: recordMessages.personasHint,
  });
}
