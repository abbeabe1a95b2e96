// How a provider's answer arrives: what is asked for wins, else what the provider can do decides; never a silent default.
import { TroupeError } from '../../support/index.ts';
import { providerMessages } from '../model/messages.ts';
import type { Provider, Strategy } from '../model/types.ts';

/** Richest first: a service that calls back need not be polled. */
const preference: readonly Strategy[] = ['callback', 'stream', 'poll', 'immediate'];

/** The strategy of a request. Throws `persona/strategy` when there is none. */
export function deriveStrategy(
  wanted: Strategy | undefined,
  provider: Pick<Provider, 'name' | 'strategies'>,
): Strategy {
  if (provider.strategies.size === 0)
    throw new TroupeError('persona/strategy', providerMessages.noStrategy(provider.name), { class: 'config' });
  const found = preference.find((one) => (wanted === undefined || one === wanted) && provider.strategies.has(one));
  if (found !== undefined) return found;
  throw new TroupeError(
    'persona/strategy',
    providerMessages.wrongStrategy(provider.name, wanted ?? '', [...provider.strategies].join(', ')),
    { class: 'config' },
  );
}
