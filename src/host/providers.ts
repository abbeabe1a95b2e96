// Which providers a host has: the operator's, or one script of answers in place of all of them.
import { createProviders, createStandIn, parseProviderConfigs, transports } from '../personas/index.ts';
import type { Persona, Provider, ProviderProblem, ProviderServices, Transport } from '../personas/index.ts';
import { docsPage, processClock, TroupeError, defined } from '../support/index.ts';
import { providerMessages } from './messages.ts';
import { operatorPlace } from './operator-files.ts';
import { looksAtMachine } from './sandboxes.ts';
import type { ServerFile } from './server-file.ts';

/** The providers of a host, by name. */
export interface HostProviders {
  readonly names: ReadonlySet<string>;
  /** Every answer comes from a script: said in every title. */
  readonly rehearsal: boolean;
  /** The name of the script that stands in for every provider, where one does. */
  readonly standIn?: string;
  /** Whether somebody answers to that name, if only with what keeps them from it. */
  knows(name: string): boolean;
  /** Whether this version can use the provider of that name. */
  isUsable(name: string): boolean;
  /** Throws `persona/transport` for one that is configured and can't be used in this version. */
  get(name: string): Provider | undefined;
  /** What keeps it from answering this persona; undefined when there is none of that name. */
  check(name: string, persona: Persona): Promise<readonly ProviderProblem[] | undefined>;
  /** Whether a script gives its answers: nobody is asked. */
  isScripted(name: string): boolean;
  /** The same providers at work in a host, with what the host has for them. */
  within(host: Pick<ProviderServices, 'clock' | 'sandbox' | 'workflows'>): HostProviders;
}

/** What `hostProviders` takes. `answers`: absolute path of an answers file that stands in for every provider. */
export interface ProviderSources {
  readonly serverFile: ServerFile;
  readonly baseDir: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly answers?: string;
  /** PATH, certificates and language of persona processes. Absent: nobody looks for commands before they are started. */
  readonly machine?: Readonly<Record<string, string>>;
  /** Where others reach this server. */
  readonly publicUrl?: string;
  /** The operator's environment, by which log-ins of agents are found. Absent: none is used. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Instead of those of this version: what somebody adds from outside. */
  readonly transports?: readonly Transport[];
}

const standIn = 'rehearsal';

/** The providers. Throws `config/providers` with every mistake of the section. */
export function hostProviders(sources: ProviderSources): HostProviders {
  const known = sources.transports ?? transports;
  const { serverFile, baseDir } = sources;
  const { configs, problems, unusable } = parseProviderConfigs(serverFile.providers, { baseDir, transports: known });
  if (problems.length > 0) {
    const placed = problems.map((one) => ({
      ...one,
      place: serverFile.placeOf?.(['providers', ...one.path], one.ofKey),
    }));
    throw new TroupeError('config/providers', providerMessages.mistakes(placed), {
      class: 'config',
      hint: providerMessages.mistakesHint(docsPage('operating.md')),
    });
  }
  return provide(sources, { configs, unusable, known }, servicesOf(sources));
}

type Parsed = Pick<ReturnType<typeof parseProviderConfigs>, 'configs' | 'unusable'> & {
  readonly known: readonly Transport[];
};

function provide(sources: ProviderSources, parsed: Parsed, services: ProviderServices): HostProviders {
  const { configs, unusable, known } = parsed;
  const { serverFile } = sources;
  const own = createProviders(configs, services, known);
  const names = new Set([...own.keys(), ...unusable.keys()]);
  if (sources.answers !== undefined) return standInFor(names, createStandIn(standIn, sources.answers));
  const scripted = new Set(
    configs.filter(({ transport }) => known.find(({ name }) => name === transport)?.rehearses).map(({ name }) => name),
  );
  return {
    names,
    rehearsal: scripted.has(serverFile.defaultProvider),
    knows: (name) => names.has(name),
    isUsable: (name) => own.has(name),
    get(name) {
      const problem = unusable.get(name);
      if (problem === undefined) return own.get(name);
      throw new TroupeError('persona/transport', problem.message, {
        class: 'config',
        ...defined({ hint: problem.hint }),
      });
    },
    async check(name, persona) {
      const problem = unusable.get(name);
      return problem === undefined ? own.get(name)?.check(persona) : [problem];
    },
    isScripted: (name) => scripted.has(name),
    within: (host) => provide(sources, parsed, { ...services, ...host }),
  };
}

function standInFor(names: ReadonlySet<string>, script: Provider): HostProviders {
  const providers: HostProviders = {
    names: new Set([...names, standIn]),
    rehearsal: true,
    standIn,
    knows: () => true,
    isUsable: () => true,
    get: () => script,
    check: (_name, persona) => script.check(persona),
    isScripted: () => true,
    // a script starts nothing
    within: () => providers,
  };
  return providers;
}

/** What providers have outside of a host, where they are only looked at. */
function servicesOf({ secrets, machine = {}, publicUrl, variables, serverFile }: ProviderSources): ProviderServices {
  const sandboxes = looksAtMachine(machine, serverFile);
  return {
    secret: (name) => (Object.hasOwn(secrets, name) ? secrets[name] : undefined),
    fetch,
    clock: processClock,
    sandbox: async (wanted) => (await sandboxes.look()).of(wanted),
    ...(variables === undefined ? {} : { operator: operatorPlace(variables) }),
    ...defined({ publicUrl, path: machine['PATH'] }),
  };
}
