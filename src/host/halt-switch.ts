// Stops everything at an operator's word, and lets it go on: first the order is kept, then it is followed. Who dies between follows it at the next start.
import type { Store } from '../store/index.ts';
import type { Halting } from '../store/index.ts';
import { messageOf } from '../support/index.ts';
import type { Clock, Logger } from '../support/index.ts';
import { hostMessages } from './messages.ts';

/** What can be stopped: it begins nothing and ends what is at work, and does nothing when it has stopped. */
export interface Stoppable {
  halt(): Promise<void>;
  goOn(): Promise<void>;
}

/** The switch of a host. */
export interface HaltSwitch {
  /** Keeps the order and follows it; false: it was so already. Resolves when nothing is at work any more, or everything goes on. */
  set(order: Omit<Halting, 'at'>): Promise<boolean>;
  /** The order that holds; undefined: work goes on. */
  now(): Promise<Halting | undefined>;
  /** What follows it from now on. */
  stops(what: Stoppable): void;
}

/** One for all that work in a host. */
export function createHaltSwitch(ports: {
  readonly halts: Store['halts'];
  readonly clock: Clock;
  readonly log: Logger;
  /** Everybody who waits is told. */
  changed(): Promise<void>;
}): HaltSwitch {
  const { halts, clock, log } = ports;
  const followers: Stoppable[] = [];
  let last: Promise<unknown> = Promise.resolve();

  async function follow(order: Omit<Halting, 'at'>): Promise<boolean> {
    const isNew = await halts.set({ ...order, at: clock.now() });
    if (isNew) log.warn({ ...order }, order.halted ? hostMessages.halted : hostMessages.goesOn);
    // also where it was so already: the one before may have failed on the way
    for (const one of followers) await (order.halted ? one.halt() : one.goOn());
    await ports.changed();
    return isNew;
  }
  return {
    now: () => halts.now(),
    set(order) {
      // one order after the other
      const done = last.then(() => follow(order));
      last = done.catch((error: unknown) => log.warn({ error: messageOf(error) }, hostMessages.notFollowed));
      return done;
    },
    stops: (what) => void followers.push(what),
  };
}
