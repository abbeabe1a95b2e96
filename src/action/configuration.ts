// The operator's file and the answers, read through the API at one commit. Never touches the workspace: a pull request could have changed it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { posix } from 'node:path';
import {
  defaultServerFile,
  hostProviders,
  lookForAgents,
  nobodyPlays,
  parseServerFile,
  providerSecrets,
  whatToDo,
  withAgents,
} from '../host/index.ts';
import type { HostProviders, ServerFile } from '../host/index.ts';
import type { FileSource } from '../coordinator/index.ts';
import { filesNamed, machineEnvironment, transports } from '../personas/index.ts';
import { proxySecrets, TroupeError } from '../support/index.ts';
import type { Variables } from './environment.ts';
import type { ActionInputs } from './inputs.ts';
import { fileMessages } from './messages.ts';

/** What a job runs with. */
export interface ActionConfiguration {
  readonly serverFile: ServerFile;
  readonly providers: HostProviders;
  /** Values of the variables that providers name: to be masked. */
  readonly secrets: readonly string[];
}

/** Where the server file lies when `config-path` is not given. */
const usualConfig = '.github/troupe.config.yml';

/** Reads it. `dir` is a folder of ours: answers and the scripts that providers name are put there. */
export async function readConfiguration(
  inputs: ActionInputs,
  from: { readonly files: FileSource; readonly variables: Variables; readonly dir: string },
): Promise<ActionConfiguration> {
  const { files, dir } = from;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = inputs.configPath ?? usualConfig;
  const [text] = await Promise.all([
    textOf('config-path', path, { files, required: inputs.configPath !== undefined }),
    inputs.answers === undefined ? undefined : textOf('answers', inputs.answers, { files, required: true }),
  ]);
  const machine = machineEnvironment(from.variables);
  const agents = lookForAgents(from.variables, machine);
  const read = withAgents(text === undefined ? defaultServerFile() : parseServerFile(text, path), agents);
  for (const needed of filesNamed(read.providers, transports))
    await copy(posix.join(posix.dirname(path), needed), files, dir);
  const serverFile: ServerFile = {
    ...read,
    defaultProvider: inputs.provider ?? read.defaultProvider,
    namesDefault: inputs.provider !== undefined || read.namesDefault,
    otherProviders: inputs.provider === undefined ? read.otherProviders : [],
    limits: {
      ...read.limits,
      ...(inputs.maxCostUsd === undefined
        ? {}
        : { costUsdPerRun: Math.min(inputs.maxCostUsd, read.limits.costUsdPerRun ?? inputs.maxCostUsd) }),
    },
  };
  const secrets = providerSecrets(serverFile, from.variables);
  if (inputs.answers !== undefined) await copy(inputs.answers, files, dir);
  const providers = hostProviders({
    serverFile,
    baseDir: join(dir, posix.dirname(path)),
    secrets,
    machine,
    variables: from.variables,
    ...(inputs.answers === undefined ? {} : { answers: join(dir, inputs.answers) }),
  });
  const isNobodyThere = providers.standIn === undefined && nobodyPlays(serverFile);
  if (isNobodyThere || !providers.knows(serverFile.defaultProvider)) {
    const why = isNobodyThere ? whatToDo(agents).join('\n') : fileMessages.noProvider(serverFile.defaultProvider);
    throw new TroupeError('action/no-provider', why, { class: 'config', hint: fileMessages.noProviderHint });
  }
  return {
    serverFile,
    providers,
    secrets: [...proxySecrets(from.variables), ...Object.values(secrets), ...agents.flatMap((agent) => agent.secrets)],
  };
}

async function textOf(
  name: string,
  path: string,
  from: { readonly files: FileSource; readonly required: boolean },
): Promise<string | undefined> {
  const file = await from.files.read(path);
  if (file === undefined && from.required) {
    throw new TroupeError('action/no-file', fileMessages.notThere(name, path, from.files.ref), {
      class: 'config',
      hint: fileMessages.notThereHint,
    });
  }
  return file?.text;
}

/** Puts a file of the repository where the same relative path finds it. One that is not there is left to whoever needs it. */
async function copy(path: string, files: FileSource, dir: string): Promise<void> {
  const clean = posix.normalize(path);
  if (clean.startsWith('..') || clean.startsWith('/')) return;
  const file = await files.read(clean);
  if (file === undefined) return;
  const target = join(dir, clean);
  mkdirSync(dirname(target), { recursive: true });
  // a script may be the command itself, and what GitHub gives of a file has no mode
  writeFileSync(target, file.text, { mode: 0o755 });
}
