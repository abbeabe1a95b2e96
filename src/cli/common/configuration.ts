// The server file and what comes with it for one command: providers, secrets by name, the machine's environment.
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  findServerFile,
  hostProviders,
  lookForAgents,
  providerSecrets,
  readServerFile,
  withAgents,
} from '../../host/index.ts';
import type { HostProviders, ServerFile } from '../../host/index.ts';
import { machineEnvironment } from '../../personas/index.ts';
import type { AgentHere } from '../../personas/index.ts';
import { createRedactor, networkVariables, proxySecrets, TroupeError, defined } from '../../support/index.ts';
import type { Redactor } from '../../support/index.ts';
import type { Io } from './io.ts';
import { cliMessages } from './messages.ts';

/** Everything that a command gets from the operator. */
export interface Configuration {
  readonly file: string | undefined;
  readonly serverFile: ServerFile;
  readonly providers: HostProviders;
  readonly machine: Readonly<Record<string, string>>;
  /** Proxies and certificates. */
  readonly network: Readonly<Record<string, string>>;
  /** The known agents of this machine, whether or not they are providers here. */
  readonly agents: readonly AgentHere[];
  readonly redactor: Redactor;
}

/** What a command's options say about it. `here`: `./troupe.config.yml` counts (only for the bot: elsewhere the folder is a repository). */
export interface ConfigurationOptions {
  readonly config?: string;
  readonly answers?: string;
  readonly provider?: string;
  /** Where others reach the bot. */
  readonly publicUrl?: string;
  readonly here: boolean;
}

/** Reads it. Throws `config/…` with what is wrong. */
export function readConfiguration(io: Io, options: ConfigurationOptions): Configuration {
  const file = findFile(io, options);
  const machine = machineEnvironment(io.environment);
  const agents = lookForAgents(io.environment, machine);
  const read = withAgents(readServerFile(file), agents);
  const serverFile =
    options.provider === undefined
      ? read
      : { ...read, defaultProvider: options.provider, otherProviders: [], namesDefault: true };
  const answers = options.answers === undefined ? undefined : resolve(io.cwd, options.answers);
  if (answers !== undefined && !existsSync(answers)) throw missing(cliMessages.noAnswers(answers));
  const secrets = providerSecrets(serverFile, io.environment);
  const providers = hostProviders({
    serverFile,
    baseDir: file === undefined ? io.cwd : dirname(file),
    secrets,
    machine,
    variables: io.environment,
    ...defined({ publicUrl: options.publicUrl, answers }),
  });
  return {
    file,
    serverFile,
    providers,
    machine,
    network: networkVariables(io.environment),
    agents,
    redactor: createRedactor([
      ...proxySecrets(io.environment),
      ...Object.values(secrets),
      ...agents.flatMap((agent) => agent.secrets),
    ]),
  };
}

function findFile(io: Io, options: ConfigurationOptions): string | undefined {
  const named = options.config ?? io.environment['TROUPE_CONFIG'];
  if (named !== undefined) {
    const path = resolve(io.cwd, named);
    if (!existsSync(path)) throw missing(cliMessages.noConfig(path));
    return path;
  }
  return findServerFile(io.environment, io.cwd, options.here);
}

function missing(message: string): TroupeError {
  return new TroupeError('cli/no-file', message, { class: 'config' });
}
