// What providers are made with in tests: secrets by name, and nobody to reach.
import type { ProviderServices } from '../../src/personas/index.ts';
import { systemClock } from '../../src/support/index.ts';

/** Services with these secrets; what a test wants different it names. */
export function servicesWith(
  secrets: Readonly<Record<string, string>> = {},
  change: Partial<ProviderServices> = {},
): ProviderServices {
  return {
    secret: (name) => secrets[name],
    fetch: () => Promise.reject(new Error('no provider here reaches the network')),
    clock: systemClock,
    sandbox: () => Promise.reject(new Error('no provider here starts anything outside of a request')),
    ...change,
  };
}
