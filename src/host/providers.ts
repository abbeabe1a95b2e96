// Which providers a host has: the operator's, or one script of answers in place of all of them.
import { createProviders, parseProviderConfigs } from '../personas/index.ts';
import type { Provider, ProviderConfig } from '../personas/index.ts';
import { TroupeError } from '../support/index.ts';
import { providerMessages } from './messages.ts';
import type { ServerFile } from './server-file.ts';

/** The providers of a host, by name. */
export interface HostProviders {
  readonly names: ReadonlySet<string>;
  readonly configs: readonly ProviderConfig[];
  /** Every answer comes from a script: said in every title. */
  readonly rehearsal: boolean;
  /** The name of the script that stands in for every provider, where one does. */
  readonly standIn?: string;
  get(name: string): Provider | undefined;
  /** Whether a script gives its answers: nobody is asked. */
  isScripted(name: string): boolean;
}

/** What `hostProviders` takes. `answers`: absolute path of an answers file that stands in for every provider. */
export interface ProviderSources {
  readonly serverFile: ServerFile;
  readonly baseDir: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly answers?: string;
  /** The PATH that personas have: whether a command is there is looked up on it. */
  readonly path?: string;
}

const standIn = 'rehearsal';

/** The providers. Throws `config/providers` with every mistake of the section. */
export function hostProviders(sources: ProviderSources): HostProviders {
  const parsed = parseProviderConfigs(sources.serverFile.providers, { baseDir: sources.baseDir });
  const mistakes = parsed.problems.filter((problem) => problem.severity === 'error');
  if (mistakes.length > 0) {
    throw new TroupeError('config/providers', providerMessages.mistakes(mistakes), {
      class: 'config',
      hint: providerMessages.mistakesHint,
    });
  }
  const own = createProviders(parsed.configs, {
    secrets: sources.secrets,
    ...(sources.path === undefined ? {} : { path: sources.path }),
  });
  if (sources.answers === undefined) {
    const rehearsal =
      parsed.configs.find((config) => config.name === sources.serverFile.defaultProvider)?.transport === 'scripted';
    return {
      names: new Set(own.keys()),
      configs: parsed.configs,
      rehearsal,
      get: (name) => own.get(name),
      isScripted: (name) => parsed.configs.some((one) => one.name === name && one.transport === 'scripted'),
    };
  }
  const config: ProviderConfig = {
    name: standIn,
    transport: 'scripted',
    answers: sources.answers,
    env: [],
    options: {},
  };
  const script = createProviders([config], { secrets: {} }).get(standIn);
  return {
    names: new Set([...own.keys(), standIn]),
    configs: [config],
    rehearsal: true,
    standIn,
    get: () => script,
    isScripted: () => true,
  };
}
