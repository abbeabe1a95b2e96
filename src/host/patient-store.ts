// The store as runs see it: while the machine refuses a write, whoever writes waits and goes on where it stood. Nothing that was paid for is lost to a full disk.
import type { Claim, ProviderStates, Tickets } from '../engine/index.ts';
import type { Store } from '../store/index.ts';
import { throughFaults } from '../support/index.ts';
import type { Clock } from '../support/index.ts';

/** What waiting needs. */
export interface StorePatience {
  readonly clock: Clock;
  /** The process ends: what waits is given up. */
  readonly signal: AbortSignal;
}

/** The parts of a store that a run writes. */
export type RunStore = Pick<Store, 'blobs' | 'providers' | 'tickets'>;

/** Those parts, patient. */
export function patientStore({ blobs, providers, tickets }: RunStore, patience: StorePatience): RunStore {
  const through = <Result>(work: () => Promise<Result>): Promise<Result> => throughFaults(work, patience);
  const states: ProviderStates = {
    ...providers,
    get: (account) => through(() => providers.get(account)),
    change: (account, decide) => through(() => providers.change(account, decide)),
  };
  const rows: Tickets = {
    ...tickets,
    get: (requestId) => through(() => tickets.get(requestId)),
    of: (run) => through(() => tickets.of(run)),
    open: (row) => through(() => tickets.open(row)),
    move: (requestId, from, change) => through(() => tickets.move(requestId, from, change)),
  };
  return {
    blobs: {
      ...blobs,
      put: (bytes) => through(() => blobs.put(bytes)),
      get: (sha256) => through(() => blobs.get(sha256)),
    },
    providers: states,
    tickets: rows,
  };
}

/** A claim whose appends wait for the disk, in the order in which they were made. Fenced, or given back at the end, it waits no more. */
export function patientClaim(claim: Claim, patience: StorePatience): Claim {
  const held = new Set<Promise<void>>();

  /** Who comes while another one waits comes after it. */
  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    while (held.size > 0) await Promise.all(held);
    const done = Promise.withResolvers<void>();
    try {
      return await throughFaults(work, { ...patience, told: () => void held.add(done.promise) });
    } finally {
      held.delete(done.promise);
      done.resolve();
    }
  }
  return {
    ...claim,
    load: (afterSeq) => throughFaults(() => claim.load(afterSeq), patience),
    append: (events, at) => inTurn(() => claim.append(events, at)),
    lock: (name) => inTurn(() => claim.lock(name)),
    park: (seenSeq, wakeAt, summary) => inTurn(() => claim.park(seenSeq, wakeAt, summary)),
    finish: (seenSeq, event, summary) => inTurn(() => claim.finish(seenSeq, event, summary)),
  };
}
