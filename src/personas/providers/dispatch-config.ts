// An entry of the transport `dispatch`, read: which workflow, sealed with which key, and what is wrong with that. Asks no network.
import { dispatchMessages as say } from '../dispatch/messages.ts';
import { leastKeyCharacters } from '../remote/sealed-request.ts';
import type { Persona, ProviderConfig, ProviderProblem, ProviderServices } from '../model/types.ts';
import { sourceProblems } from './takes-source.ts';

/** What the schema of the transport lets pass. */
export type DispatchConfig = ProviderConfig<{
  /** The name of a file in `.github/workflows`. */
  readonly workflow: string;
  /** The variable that holds what requests are sealed with. */
  readonly key: string;
  readonly ref?: string;
  readonly source?: 'bundle' | 'none';
}>;

/** What keeps it from asking anybody, told before anything is sent. */
export function dispatchProblems(
  config: DispatchConfig,
  persona: Persona,
  services: ProviderServices,
): readonly ProviderProblem[] {
  const { name, options } = config;
  const noGitHub: readonly ProviderProblem[] =
    services.workflows === undefined
      ? [{ severity: 'error', message: say.noGitHub(name), hint: say.noGitHubHint() }]
      : [];
  return [...noGitHub, ...keyProblems(name, options.key, services), ...sourceProblems(config, persona, services)];
}

function keyProblems(name: string, variable: string, services: ProviderServices): readonly ProviderProblem[] {
  const key = services.secret(variable) ?? '';
  const hint = say.noKeyHint(variable);
  if (key === '') return [{ severity: 'error', message: say.noKey(name, variable), hint }];
  if (key.length >= leastKeyCharacters) return [];
  return [{ severity: 'error', message: say.weakKey(name, variable, leastKeyCharacters), hint }];
}
