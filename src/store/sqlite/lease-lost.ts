// The refusal of a write whose lease is over.
import { TroupeError } from '../../support/index.ts';
import { storeMessages } from './messages.ts';

/** The error of whoever writes under a name that somebody else took meanwhile. */
export function leaseLost(name: string): TroupeError {
  return new TroupeError('store/lease-lost', storeMessages.leaseLost(name), { class: 'cancelled' });
}
