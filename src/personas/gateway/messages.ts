// What the gateway says: to agents whose request it refuses, and to people about what it saw. Text only.
import { oneLine } from '../../support/index.ts';

/** Sentences. */
export const gatewayMessages = {
  notOurs: () => 'This request shows no key that Troupe gave to this agent',
  noSuchWay: (method: string, path: string) =>
    `Troupe hands on requests to a model only; ${method} ${path.slice(0, 120)} is none`,
  noWebSocket: () => 'Troupe hands on requests over HTTP only',
  tooLarge: () => 'The request is larger than what Troupe hands on',
  unreachable: (host: string, why: string) => `The host of the model, ${host}, cannot be reached: ${oneLine(why, 200)}`,
  cutOff: (host: string) => `The answer of ${host} broke off`,
  answered: (status: number, words: string) =>
    `The host of the model answered ${status}${words === '' ? '' : `: ${words}`}`,
  notAllowed: (host: string, port: number) =>
    `Troupe refused the connection to ${host}:${port}: the operator's list \`gateway: { allow }\` does not hold it\n`,
  notPublic: (host: string) => `Troupe refused the connection to ${host}: it is no public address\n`,
  noConnection: (host: string) => `Troupe cannot connect to ${host}\n`,
  refused: (hosts: readonly { readonly host: string; readonly port: number; readonly count: number }[], more: number) =>
    `The gateway refused connections to ${hosts
      .map(({ host, port, count }) => `${host}:${port}${count === 1 ? '' : ` (${count} times)`}`)
      .join(', ')}${more === 0 ? '' : ` and ${more} more`}: the operator's \`gateway: { allow }\` does not hold them`,
  spent: (what: string, limit: string) =>
    `Troupe sends no further request to a model: ${what} of the ${limit} that this request may take are spent`,
  money: (usd: string) => `$${usd}`,
  tokens: (count: number) => `${count} tokens`,
  unpriced: (model: string) =>
    `Nobody knows the price of ${oneLine(model, 80)}: a limit in money cannot end this request between two questions to its model`,
  seen: (trouble: string, words: string) =>
    words === '' ? `${trouble} (seen by the gateway)` : `${trouble} (seen by the gateway; the agent said: ${words})`,
  neverAsked: () => 'A result was handed in, and no model had answered a single question of the agent',
  noBaseUrl: (agent: string) =>
    `"${agent}" cannot work behind the gateway: nobody can tell it where its model is but by a file of its own`,
  noWayHint: () => 'It works in tier 1, `sandbox: fs`, where it holds its own key',
  noUpstream: (key: string) => `Nobody knows where the model of ${key} is`,
  noUpstreamHint: (base: string) => `Set ${base} where Troupe is started, and name it in the provider's \`env:\``,
  noKeyInside: (agent: string) =>
    `${agent === '' ? 'The agent' : `"${agent}"`} cannot work behind the gateway: it has no key that Troupe could hold for it, and the log-in of a person cannot be held for anybody`,
  noKeyInsideHint: (keys: readonly string[]) =>
    keys.length === 0
      ? 'It works in tier 1, `sandbox: fs`'
      : `Set ${keys.join(' or ')} where Troupe is started; with a log-in it works in tier 1, \`sandbox: fs\``,
};
