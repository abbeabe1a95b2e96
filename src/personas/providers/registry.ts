// Which file serves which transport. A new transport is one file and one line here.
import type { Provider, ProviderConfig } from '../types.ts';
import { createAssistedProvider } from './assisted.ts';
import { createLaterProvider } from './later.ts';
import type { ProviderOptions } from './provider-options.ts';
import { createScriptedProvider } from './scripted.ts';
import { createShellProvider } from './shell.ts';
import { deriveStrategy } from './strategy.ts';

const transports: Readonly<
  Record<ProviderConfig['transport'], (config: ProviderConfig, options: ProviderOptions) => Provider>
> = {
  shell: createShellProvider,
  scripted: createScriptedProvider,
  acp: createLaterProvider,
  llm: createLaterProvider,
  http: createLaterProvider,
  stream: createLaterProvider,
  assisted: createAssistedProvider,
};

/** The providers of the configuration by name. An explicit `strategy:` that a provider cannot do is an error here. */
export function createProviders(
  configs: readonly ProviderConfig[],
  options: ProviderOptions,
): ReadonlyMap<string, Provider> {
  return new Map(
    configs.map((config) => {
      const provider = transports[config.transport](config, options);
      if (config.strategy === undefined) return [config.name, provider];
      return [config.name, { ...provider, strategies: new Set([deriveStrategy(config.strategy, provider)]) }];
    }),
  );
}
