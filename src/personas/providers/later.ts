// Transports that the language knows and this version cannot do: each request says so. Never pretends to work.
import { TroupeError } from '../../support/index.ts';
import { providerMessages } from '../messages.ts';
import type { Provider, ProviderConfig } from '../types.ts';

/** A provider that refuses with what this version can do. */
export function createLaterProvider(config: ProviderConfig): Provider {
  const message = providerMessages.later(config.name, config.transport);
  return {
    name: config.name,
    strategies: new Set(['immediate'] as const),
    check: () => Promise.resolve([{ severity: 'error', message, hint: providerMessages.laterHint() }]),
    start: () =>
      Promise.reject(
        new TroupeError('persona/transport', message, { class: 'config', hint: providerMessages.laterHint() }),
      ),
  };
}
