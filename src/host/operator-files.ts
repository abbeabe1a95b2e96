// What every host reads of the operator: where the server file lies, what it says, and the secrets its providers name.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isObject } from '../support/index.ts';
import { defaultServerFile, parseServerFile } from './server-file.ts';
import type { ServerFile } from './server-file.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The server file that nobody named: `./troupe.config.yml` for a bot, then the user's own. `here: false` where the
 * working directory is a repository, whose files are not the operator's (decision 24).
 */
export function findServerFile(variables: Variables, cwd: string, here: boolean): string | undefined {
  const home = variables['XDG_CONFIG_HOME'] ?? join(variables['HOME'] ?? homedir(), '.config');
  const places = [...(here ? [join(cwd, 'troupe.config.yml')] : []), join(home, 'troupe', 'config.yml')];
  return places.find((path) => existsSync(path));
}

/** The file's settings; the defaults where there is none. Throws `config/server-file`. */
export function readServerFile(file: string | undefined): ServerFile {
  return file === undefined ? defaultServerFile() : parseServerFile(readFileSync(file, 'utf8'), file);
}

/** Values of the variables that the providers' `env:` lists name. */
export function providerSecrets(file: ServerFile, variables: Variables): Record<string, string> {
  const names = Object.values(file.providers).flatMap((provider) => {
    const list: unknown = isObject(provider) ? provider['env'] : undefined;
    return Array.isArray(list) ? list.filter((name): name is string => typeof name === 'string') : [];
  });
  return Object.fromEntries(names.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]]])));
}
