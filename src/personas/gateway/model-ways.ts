// From an agent and its keys to what it gets behind the gateway: placeholders, where its model is, and nothing that is worth anything. Pure.
import { randomToken } from '../../support/index.ts';
import { mergedJson } from '../agents/merged-json.ts';
import { modelHosts, toldElsewhere } from '../agents/model-hosts.ts';
import type { ModelHost } from '../agents/model-hosts.ts';
import type { Agent } from '../agents/agent.ts';
import type { ModelRoute } from '../model/gateway.ts';
import { gatewayHost } from './gateway.ts';
import { gatewayMessages as say } from './messages.ts';

/** Who asks, with what. */
export interface WaysFor {
  readonly agent: Pick<Agent, 'name' | 'keys'>;
  /** Names of variables that are handed on. */
  readonly env: readonly string[];
  /** Their values, and what the operator set beside them. */
  valueOf(name: string): string | undefined;
}

/** The ways of an agent, and its environment with them. */
export interface ModelWays {
  readonly routes: readonly ModelRoute[];
  /** The environment that was meant for it, without a key. */
  within(environment: Readonly<Record<string, string>>): Record<string, string>;
}

/** Why an agent has no way: words and what to do. */
export interface NoWay {
  readonly message: string;
  readonly hint: string;
}

/** The ways to its models; or why there are none. A command that hands on no key of a model has none and needs none. */
export function modelWays(about: WaysFor): ModelWays | NoWay {
  const { agent, env, valueOf } = about;
  const told = toldElsewhere[agent.name] ?? {};
  if (told.cannot !== undefined) return { message: say.noBaseUrl(agent.name), hint: say.noWayHint() };
  const found = modelHosts.filter((host) => env.includes(host.key) && (valueOf(host.key) ?? '') !== '');
  const routes = firstOfEach(found).map((host) => routeOf(host, valueOf));
  const [homeless] = routes.filter((route): route is ModelHost => 'base' in route);
  if (homeless !== undefined) return { message: say.noUpstream(homeless.key), hint: say.noUpstreamHint(homeless.base) };
  const ready = routes.filter((route): route is ModelRoute => 'placeholder' in route);
  if (ready.length === 0 && agent.keys.length > 0)
    return { message: say.noKeyInside(agent.name), hint: say.noKeyInsideHint(hostsOf(agent)) };
  return { routes: ready, within: (environment) => withoutKeys(environment, { about, ready, found }) };
}

function hostsOf({ keys }: Pick<Agent, 'keys'>): readonly string[] {
  return modelHosts.filter(({ key }) => keys.includes(key)).map(({ key }) => key);
}

function firstOfEach(hosts: readonly ModelHost[]): readonly ModelHost[] {
  return hosts.filter((host, at) => hosts.findIndex(({ base }) => base === host.base) === at);
}

/** The host itself where nobody knows where it is. */
function routeOf(host: ModelHost, valueOf: WaysFor['valueOf']): ModelRoute | ModelHost {
  const { shape, inside, vendor, key } = host;
  const own = valueOf(host.base);
  const upstream = own === undefined || own === '' ? host.upstream : own;
  if (upstream === undefined || !URL.canParse(upstream)) return host;
  return {
    shape,
    inside,
    upstream,
    placeholder: `troupe-${randomToken(24)}`,
    key: valueOf(key) ?? '',
    // another host may sell anybody's models
    ...(vendor === undefined || upstream !== host.upstream ? {} : { vendor }),
  };
}

interface Inside {
  readonly about: WaysFor;
  readonly ready: readonly ModelRoute[];
  readonly found: readonly ModelHost[];
}

function withoutKeys(
  environment: Readonly<Record<string, string>>,
  { about: { agent }, ready, found }: Inside,
): Record<string, string> {
  const bases = Object.fromEntries(found.map(({ base, inside }) => [base, `http://${gatewayHost}${inside}`]));
  const { variables = {}, keyAs } = toldElsewhere[agent.name] ?? {};
  const told = Object.entries(variables);
  const [first] = ready;
  const taken = new Set([...agent.keys, ...modelHosts.map(({ key }) => key)]);
  const kept = Object.entries(environment).flatMap(([name, value]): (readonly [string, string])[] => {
    const clean = ready.reduce((text, { key, placeholder }) => text.replaceAll(key, placeholder), value);
    // a key that leads nowhere from here, or the log-in of a person: it stays outside
    return taken.has(name) && clean === value ? [] : [[name, clean]];
  });
  const own: Readonly<Record<string, string>> = Object.fromEntries(kept);
  return {
    ...own,
    ...bases,
    ...(keyAs === undefined || first === undefined ? {} : { [keyAs]: first.placeholder }),
    ...Object.fromEntries(
      told.map(([name, text]) => [name, mergedJson(own[name], text.replaceAll('*', `http://${gatewayHost}`))]),
    ),
  };
}
