// The option `--environment`: whose variables of the settings hold. Shared by the commands that run a workflow or show it.
import { inEnvironment } from '../../coordinator/index.ts';
import type { RunSettings } from '../../engine/index.ts';
import { nearest, TroupeError } from '../../support/index.ts';
import { cliMessages } from './messages.ts';

/** The flag and what it says. */
export const environmentOption = [
  '--env, --environment <name>',
  'an environment of .github/troupe.yml: its variables stand above the others',
] as const;

/** The settings in the environment, where one is named. Throws `cli/no-environment`. */
export function settingsIn(settings: RunSettings, name: string | undefined): RunSettings {
  if (name === undefined) return settings;
  const known = Object.keys(settings.environments);
  if (known.includes(name)) return inEnvironment(settings, name);
  throw new TroupeError('cli/no-environment', cliMessages.noEnvironment(name, nearest(name, known)), {
    class: 'config',
    hint: cliMessages.environmentsHint(known),
  });
}
