// Checked configurations → providers, each made by its own transport. Knows none of them by name.
import { defined, TroupeError } from '../../support/index.ts';
import { providerMessages } from '../model/messages.ts';
import type { Provider, ProviderConfig, ProviderServices } from '../model/types.ts';
import { deriveStrategy } from './strategy.ts';
import type { Transport } from './transport.ts';

/**
 * The providers of the configuration by name. An explicit `strategy:` that a provider cannot do is an error here, and so is one that
 * is called back where nobody can reach this server.
 */
export function createProviders(
  configs: readonly ProviderConfig[],
  services: ProviderServices,
  transports: readonly Transport[],
): ReadonlyMap<string, Provider> {
  return new Map(
    configs.map((config) => {
      const transport = transports.find(({ name }) => name === config.transport);
      if (transport === undefined)
        throw new TroupeError('persona/transport', providerMessages.noSuchTransport(config.name, config.transport), {
          class: 'config',
        });
      const provider = reachable(transport.create(config, ownServices(config, services)), config, services);
      if (config.strategy === undefined) return [config.name, { ...provider, ...poolOf(config) }];
      return [
        config.name,
        { ...provider, ...poolOf(config), strategies: new Set([deriveStrategy(config.strategy, provider)]) },
      ];
    }),
  );
}

/** Without a public address nobody can call back: what is left are the other ways, and where there is none the provider is refused. */
function reachable(provider: Provider, { strategy }: ProviderConfig, { publicUrl }: ProviderServices): Provider {
  if (provider.callsBack !== true || publicUrl !== undefined) return provider;
  const strategies = new Set([...provider.strategies].filter((one) => one !== 'callback'));
  if (strategies.size > 0 && strategy !== 'callback') return { ...provider, strategies };
  throw new TroupeError('persona/no-address', providerMessages.noAddress(provider.name), {
    class: 'config',
    hint: providerMessages.noAddressHint(),
  });
}

/** What all of its requests share. */
function poolOf({ account, concurrency, onLimit, timeoutMs }: ProviderConfig) {
  return defined({ account, concurrency, onLimit, timeoutMs });
}

/** A provider is told no secret but those that its own entry names. */
function ownServices({ env }: ProviderConfig, services: ProviderServices): ProviderServices {
  return { ...services, secret: (name) => (env.includes(name) ? services.secret(name) : undefined) };
}
