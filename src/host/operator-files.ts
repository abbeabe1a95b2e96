// What every host reads of the operator: where the server file lies, what it says, and the secrets its providers name.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { variablesOf } from '../personas/index.ts';
import type { OperatorPlace } from '../personas/index.ts';
import { isObject, TroupeError } from '../support/index.ts';
import { hostMessages } from './messages.ts';
import { defaultServerFile, parseServerFile } from './server-file.ts';
import type { ServerFile } from './server-file.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The server file that nobody named: `./troupe.config.yml` for a bot, then the user's own. `here: false` where the
 * working directory is a repository, whose files are not the operator's (decision 24).
 */
export function findServerFile(variables: Variables, cwd: string, here: boolean): string | undefined {
  const named = variables['XDG_CONFIG_HOME'] ?? '';
  // what is no absolute path counts as not set: https://specifications.freedesktop.org/basedir/latest/
  const home = isAbsolute(named) ? named : join(homeOf(variables), '.config');
  const places = [...(here ? [join(cwd, 'troupe.config.yml')] : []), join(home, 'troupe', 'config.yml')];
  return places.find((path) => existsSync(path));
}

/** Where log-ins of agents are looked for. */
export function operatorPlace(variables: Variables): OperatorPlace {
  return { home: homeOf(variables), variable: (name) => variables[name] };
}

/** A user of a container may have neither HOME nor a name: nothing lies in a home that is none. */
function homeOf(variables: Variables): string {
  const named = variables['HOME'] ?? '';
  if (isAbsolute(named)) return named;
  try {
    const home = homedir();
    if (isAbsolute(home)) return home;
  } catch {
    // no such user
  }
  return '/nonexistent';
}

/** The file's settings; the defaults where there is none. Throws `config/server-file`. */
export function readServerFile(file: string | undefined): ServerFile {
  return file === undefined ? defaultServerFile() : parseServerFile(textOf(file), file);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = isObject(error) ? error['code'] : undefined;
    throw new TroupeError('config/server-file', hostMessages.unreadableServerFile(file, String(code)), {
      class: 'config',
      hint: hostMessages.unreadableServerFileHint,
      cause: error,
    });
  }
}

/** Values of the variables that the providers' `env:` lists name, or their presets. */
export function providerSecrets(file: ServerFile, variables: Variables): Record<string, string> {
  const names = Object.values(file.providers).flatMap((entry) => (isObject(entry) ? variablesOf(entry) : []));
  return Object.fromEntries(names.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]]])));
}
